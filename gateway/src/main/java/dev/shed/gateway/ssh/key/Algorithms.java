package dev.shed.gateway.ssh.key;

import dev.shed.gateway.access.key.Certificate;
import dev.shed.gateway.config.GatewayConfig;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.compression.Compression;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.server.ServerBuilder;
import org.jspecify.annotations.Nullable;

/// The algorithms that the gateway offers in the key exchange (RFC 4253, section 7.1), best first. The
/// comment of each list gives the reasons for what it leaves out. The configuration can restrict the lists,
/// but not change their order.
public final class Algorithms implements SessionListener {
    private static final Map<KexProposalOption, String> NOUNS = Map.of(
            KexProposalOption.ALGORITHMS, "key exchange",
            KexProposalOption.SERVERKEYS, "host key type",
            KexProposalOption.C2SENC, "cipher",
            KexProposalOption.S2CENC, "cipher",
            KexProposalOption.C2SMAC, "MAC",
            KexProposalOption.S2CMAC, "MAC");

    private static final BuiltinMacs LAST_RESORT = BuiltinMacs.hmacsha256;
    private static final Pattern WITHOUT_ETM =
            Pattern.compile("^SSH-2\\.0-(dropbear|libssh2_1\\.([0-9]|10)(\\D|$)|JSCH-0\\.1)");
    /// OpenSSH has had GCM since 6.2, but until 10.0 it preferred CTR. The client's order decides.
    private static final Pattern PREFERS_CTR_TO_GCM =
            Pattern.compile("^SSH-2\\.0-OpenSSH_(for_Windows_)?(6\\.[2-9]|[7-9]\\.|[1-9][0-9])");

    private static final Pattern WITH_NIST_ALONE = Pattern.compile("^SSH-2\\.0-JSCH-0\\.1");
    private static final Pattern NIST = Pattern.compile("ec(dh|dsa)-sha2-nistp(256|384|521)");

    /// Pseudo-algorithms in the list of key exchanges, which announce other abilities of the server (RFC
    /// 8308).
    private static final Pattern MARKER = Pattern.compile("(ext-info|kex-strict)-.*");

    private final GatewayConfig.Algorithms wanted;

    /// Restricts each list of the gateway's algorithms to those in `wanted`, if `wanted` has such a list.
    public Algorithms(GatewayConfig.Algorithms wanted) {
        this.wanted = wanted;
    }

    /// The algorithm of a host key, without the suffix for certificates.
    private static String plain(String name) {
        return Certificate.isCertificate(name) ? Certificate.plain(name) : name;
    }

    private static boolean isWanted(List<String> wanted, String name) {
        return wanted.isEmpty() || wanted.contains(name);
    }

    private static <T extends NamedResource> List<T> narrow(List<String> wanted, List<T> factories) {
        return factories.stream()
                .filter(factory -> isWanted(wanted, factory.getName()))
                .toList();
    }

    /// Hybrid post-quantum first, then curve25519. After them the large groups of RFC 8268, for clients that
    /// have neither (old ones, and those restricted to FIPS). None uses SHA-1. A handshake with a group takes
    /// about 80 ms of CPU time, which strangers could exploit (CVE-2002-20001); the limits in `strangers.*`
    /// bound that. NIST's curves are shown only to clients that support nothing better
    /// ([#offerOnlyWhatIsNeeded]).
    public List<KeyExchangeFactory> keyExchanges() {
        var all = List.of(
                BuiltinDHFactories.mlkem768x25519,
                BuiltinDHFactories.sntrup761x25519,
                BuiltinDHFactories.sntrup761x25519_openssh,
                BuiltinDHFactories.curve25519,
                BuiltinDHFactories.curve25519_libssh,
                BuiltinDHFactories.ecdhp256,
                BuiltinDHFactories.ecdhp384,
                BuiltinDHFactories.ecdhp521,
                BuiltinDHFactories.dhg16_512,
                BuiltinDHFactories.dhg18_512,
                BuiltinDHFactories.dhg14_256);
        return NamedFactory.setUpTransformedFactories(false, narrow(wanted.keyExchange(), all), ServerBuilder.DH2KEX);
    }

    /// AES only, for which the JDK uses the processor's instructions. No chacha20-poly1305: MINA's is plain
    /// Java at a tenth of the speed, and clients prefer it when it is offered. CTR with a MAC takes 1.5 times
    /// as long as GCM. It is hidden from OpenSSH, which would choose it ([#offerOnlyWhatIsNeeded]).
    public List<NamedFactory<Cipher>> ciphers() {
        return narrow(
                wanted.ciphers(),
                List.of(
                        AesGcm.factory(BuiltinCiphers.aes128gcm),
                        AesGcm.factory(BuiltinCiphers.aes256gcm),
                        BuiltinCiphers.aes128ctr,
                        BuiltinCiphers.aes256ctr));
    }

    /// Encrypt-then-MAC, for the CTR ciphers. SHA-256 first: here it is three times as fast as SHA-512. The
    /// last one is encrypt-and-MAC, and is shown only to clients that support nothing better
    /// ([#offerOnlyWhatIsNeeded]).
    public List<NamedFactory<Mac>> macs() {
        return narrow(wanted.macs(), List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm, LAST_RESORT));
    }

    /// The keys that can make one of the configured host key signatures.
    List<KeyPair> hostKeys(List<KeyPair> keys) {
        return keys.stream()
                .filter(key -> KeyUtils.getAllEquivalentKeyTypes(KeyUtils.getKeyType(key)).stream()
                        .anyMatch(name -> isWanted(wanted.hostKey(), name)))
                .toList();
    }

    /// Restricts the signatures of host keys. MINA has only one list for host keys and users' keys.
    @Override
    public void sessionNegotiationOptionsCreated(Session session, Map<KexProposalOption, String> proposal) {
        filter(proposal, KexProposalOption.SERVERKEYS, name -> isWanted(wanted.hostKey(), plain(name)));
        offerOnlyWhatIsNeeded(session.getClientVersion(), proposal);
    }

    /// Removes algorithms that only certain clients need, so that other clients do not see them.
    ///
    /// - Encrypt-and-MAC is for clients that have neither encrypt-then-MAC nor GCM: dropbear as Debian builds
    /// it, libssh2 before 1.11 (curl), and JSch 0.1.
    /// - NIST's curves, which ssh-audit reports as failures, are for JSch 0.1: it has no other key exchange
    /// and host key without SHA-1.
    /// - CTR is hidden from OpenSSH, which would prefer it to GCM.
    ///
    /// Algorithms that the configuration names are shown to all clients, so a client that is restricted to
    /// NIST's curves can be supported.
    void offerOnlyWhatIsNeeded(@Nullable String clientVersion, Map<KexProposalOption, String> proposal) {
        var client = clientVersion == null ? "" : clientVersion;
        if (!WITHOUT_ETM.matcher(client).find()) {
            for (var direction : List.of(KexProposalOption.C2SMAC, KexProposalOption.S2CMAC)) {
                hide(proposal, direction, LAST_RESORT.getName()::equals, wanted.macs());
            }
        }
        if (PREFERS_CTR_TO_GCM.matcher(client).find()) {
            for (var direction : List.of(KexProposalOption.C2SENC, KexProposalOption.S2CENC)) {
                hide(proposal, direction, name -> name.endsWith("-ctr"), wanted.ciphers());
            }
        }
        if (!WITH_NIST_ALONE.matcher(client).find()) {
            hide(proposal, KexProposalOption.ALGORITHMS, NIST.asMatchPredicate(), wanted.keyExchange());
            hide(proposal, KexProposalOption.SERVERKEYS, NIST.asMatchPredicate(), wanted.hostKey());
        }
    }

    private static void hide(
            Map<KexProposalOption, String> proposal,
            KexProposalOption option,
            Predicate<String> hidden,
            List<String> named) {
        filter(proposal, option, name -> !hidden.test(plain(name)) || named.contains(plain(name)));
    }

    /// Leaves the list unchanged if no algorithm would remain, because then no client could log in.
    private static void filter(
            Map<KexProposalOption, String> proposal, KexProposalOption option, Predicate<String> shown) {
        var left = names(proposal, option).stream().filter(shown).toList();
        if (left.stream().anyMatch(name -> !MARKER.matcher(name).matches())) {
            proposal.put(option, String.join(",", left));
        }
    }

    /// The lists in which client and server have no algorithm in common, with the client's entries.
    public static String nothingInCommon(Map<KexProposalOption, String> client, Map<KexProposalOption, String> server) {
        return KexProposalOption.VALUES.stream()
                .filter(option -> Collections.disjoint(names(client, option), names(server, option)))
                .filter(option -> !names(client, option).isEmpty())
                .findFirst()
                .map(option -> "no common " + NOUNS.getOrDefault(option, option.getDescription())
                        + ": the client offers " + client.get(option))
                .orElse("no common algorithms");
    }

    private static List<String> names(Map<KexProposalOption, String> proposal, KexProposalOption option) {
        return Arrays.stream(proposal.getOrDefault(option, "").split(",", -1))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /// None, or zlib after authentication.
    public static List<NamedFactory<Compression>> compressions() {
        return List.of(BuiltinCompressions.none, BuiltinCompressions.delayedZlib);
    }

    /// The signatures that host keys make: the same as for users, also under the names for certificates.
    public static List<NamedFactory<Signature>> hostSignatures() {
        return Stream.concat(
                        Stream.of(
                                BuiltinSignatures.ed25519_cert,
                                BuiltinSignatures.nistp256_cert,
                                BuiltinSignatures.rsaSHA512_cert,
                                BuiltinSignatures.rsaSHA256_cert),
                        signatures().stream())
                .toList();
    }

    /// The signatures that user keys and host keys may make: no SHA-1 (`ssh-rsa`), no DSA.
    public static List<NamedFactory<Signature>> signatures() {
        return List.of(
                BuiltinSignatures.ed25519,
                BuiltinSignatures.sk_ssh_ed25519,
                BuiltinSignatures.nistp256,
                BuiltinSignatures.nistp384,
                BuiltinSignatures.nistp521,
                BuiltinSignatures.sk_ecdsa_sha2_nistp256,
                BuiltinSignatures.rsaSHA512,
                BuiltinSignatures.rsaSHA256);
    }
}

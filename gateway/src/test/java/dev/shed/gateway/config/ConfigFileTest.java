package dev.shed.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest extends ConfigFixture {
    @Test
    void defaultsHoldWithoutAFile() {
        var config = load(Optional.empty());

        assertThat(config.listen()).isEqualTo(new GatewayConfig.Listen("127.0.0.1", 2222, List.of()));
        assertThat(config.ssh())
                .isEqualTo(new GatewayConfig.Ssh(
                        Duration.ofSeconds(30),
                        10,
                        Duration.ofSeconds(15),
                        3,
                        256,
                        64,
                        128,
                        4 << 20,
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(10)));
        assertThat(config.engine())
                .isEqualTo(new GatewayConfig.Engine(URI.create("unix:///var/run/docker.sock"), Duration.ofSeconds(30)));
        assertThat(config.shed())
                .isEqualTo(new GatewayConfig.ShedDefaults(
                        "shed-base:latest", "dev", "/workspace", Duration.ofSeconds(10), "sheds", 4096, 0, 0));
    }

    @Test
    void everyKeyCanBeSet() {
        var config = read("""
                listen: {address: "::", port: 0, public-address: "gw.example.org:2222", proxy-protocol: [192.0.2.7, "2001:db8::/32"]}
                state: /s
                access: {authorized-keys: /k, trusted-user-ca-keys: /t, principals: /p, revoked-keys: /r, min-rsa-bits: 2048, recheck: 3s, visibility: owner}
                ssh:
                  login-grace: 500ms
                  max-auth-tries: 1
                  keepalive-interval: 2m
                  keepalive-count: 4
                  max-connections: 5
                  max-connections-per-key: 6
                  max-channels: 7
                  queued-output: 65536
                  hangup-grace: 0s
                  drain-timeout: 9s
                strangers:
                  max-startups: 10:30:50
                  per-source-max-startups: 11
                  per-network-max-startups: 12
                  per-source-net-block-size: 24:56
                  per-source-penalties: authfail:1h min:0s overflow:deny-all
                  penalty-exempt: ["::1", 192.0.2.0/24]
                algorithms:
                  key-exchange: [curve25519-sha256, mlkem768x25519-sha256]
                  host-key: [rsa-sha2-256]
                  ciphers: [aes256-gcm@openssh.com]
                  macs: [hmac-sha2-512-etm@openssh.com]
                forwarding: {max-per-connection: 8, max-per-shed: 9, listen: as-asked, existing-sockets: replace, host-addresses: allow}
                engine: {host: "unix:///run/user/1000/docker.sock", timeout: 1h}
                shed:
                  image: "example.org/team/image:1"
                  user: builder
                  workspace: /srv/work
                  stop-grace: 9s
                  network: bridge
                  pids-limit: 64
                  memory: 8GiB
                  disk: 20GiB
                create: {forge: "https://git.example.org/", host-keys: strict, mounts: ["/a:/b", "/c:/d:rw"], env-file: /e}
                agents: {relay: none, resume: auto, status-line: never}
                audit: {when-full: refuse}
                recording:
                  sheds: [demo, "web-*"]
                  directory: /r
                  max-size: 1MiB
                  max-total: 2MiB
                  keep: 24h
                  on-failure: refuse
                notify:
                  command: [/usr/local/bin/tell, "--from shed"]
                  webhook: "https://ntfy.example.org/agents"
                  token-file: /n
                  click-host: "gw.example.org:2222"
                  of-sheds: ["web-*"]
                  statuses: [failed]
                  dwell: 1s
                  cooldown: 2s
                  quiet: 3s
                  attached: status-line
                metrics: {listen: "[::1]:9464"}
                """);

        assertThat(config)
                .isEqualTo(new GatewayConfig(
                        new GatewayConfig.Listen(
                                "::", 0, Optional.of("gw.example.org:2222"), List.of("192.0.2.7", "2001:db8::/32")),
                        Path.of("/s"),
                        new GatewayConfig.Access(
                                Path.of("/k"),
                                Optional.of(Path.of("/t")),
                                Optional.of(Path.of("/p")),
                                Optional.of(Path.of("/r")),
                                2048,
                                Duration.ofSeconds(3),
                                "owner"),
                        new GatewayConfig.Ssh(
                                Duration.ofMillis(500),
                                1,
                                Duration.ofMinutes(2),
                                4,
                                5,
                                6,
                                7,
                                65536,
                                Duration.ZERO,
                                Duration.ofSeconds(9)),
                        new GatewayConfig.Strangers(
                                "10:30:50",
                                11,
                                12,
                                "24:56",
                                "authfail:1h min:0s overflow:deny-all",
                                List.of("::1", "192.0.2.0/24")),
                        new GatewayConfig.Algorithms(
                                List.of("curve25519-sha256", "mlkem768x25519-sha256"),
                                List.of("rsa-sha2-256"),
                                List.of("aes256-gcm@openssh.com"),
                                List.of("hmac-sha2-512-etm@openssh.com")),
                        new GatewayConfig.Forwarding(8, 9, "as-asked", "replace", "allow"),
                        new GatewayConfig.Engine(URI.create("unix:///run/user/1000/docker.sock"), Duration.ofHours(1)),
                        new GatewayConfig.ShedDefaults(
                                "example.org/team/image:1",
                                "builder",
                                "/srv/work",
                                Duration.ofSeconds(9),
                                "bridge",
                                64,
                                8L << 30,
                                20L << 30),
                        new GatewayConfig.Create(
                                "https://git.example.org/",
                                "strict",
                                List.of("/a:/b", "/c:/d:rw"),
                                Optional.of(Path.of("/e"))),
                        new Agents("none", "auto", "never"),
                        new Audit("refuse"),
                        new GatewayConfig.Recording(
                                List.of("demo", "web-*"),
                                Optional.of(Path.of("/r")),
                                1 << 20,
                                2 << 20,
                                Duration.ofHours(24),
                                "refuse"),
                        new Notifications(
                                List.of("/usr/local/bin/tell", "--from shed"),
                                Optional.of(URI.create("https://ntfy.example.org/agents")),
                                Optional.of(Path.of("/n")),
                                Optional.of("gw.example.org:2222"),
                                List.of("web-*"),
                                List.of("failed"),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                "status-line"),
                        new Metrics(Optional.of("[::1]:9464"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "# nothing\n", "---\n", "listen:\n", "\ufeffstate:\n  /s\n", "shed:\r\n  user: dev\r\n"})
    void littleIsEnough(String text) {
        assertThat(read(text).listen().port()).isEqualTo(2222);
    }

    @Test
    void anEmptyListOfAlgorithmsIsAsNone() {
        assertThat(read("algorithms: {key-exchange: [], host-key: [], ciphers: [], macs: []}"))
                .isEqualTo(read(""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create: {mounts: /a:/b}|1: create.mounts|this is not a list|a list",
                "create: {mounts: [/a:/b, /c]}|1: create.mounts|'/c' is not allowed|SOURCE:TARGET",
                "create: {mounts: [[/a]]}|1: create.mounts|this is a list or a section|a single value",
                "create: {mounts: [5]}|1: create.mounts|'5' is not a text|SOURCE:TARGET",
                "create: {mounts: [/a:/../b]}|1: create.mounts|'/a:/../b' is not allowed|SOURCE:TARGET",
                "algorithms:\\n  ciphers:\\n  - aes128-ctr\\n  - aes128-cbc|4: algorithms.ciphers|'aes128-cbc' is not"
                        + " allowed|one of aes128-gcm@openssh.com, aes256-gcm@openssh.com, aes128-ctr, aes256-ctr",
                "algorithms: {key-exchange: [dh]}|1: algorithms.key-exchange|'dh' is not allowed|one of"
                        + " mlkem768x25519-sha256, ",
                "algorithms: {host-key: [ssh-rsa]}|1: algorithms.host-key|'ssh-rsa' is not allowed|one of"
                        + " ssh-ed25519, ",
                "algorithms: {macs: [hmac-sha1]}|1: algorithms.macs|'hmac-sha1' is not allowed|one of"
                        + " hmac-sha2-256-etm@",
                "algorithms: {macs: hmac-sha2-256}|1: algorithms.macs|this is not a list|a list",
                "forwarding: {listen: all}|1: forwarding.listen|'all' is not allowed|loopback or as-asked",
                "forwarding: {existing-sockets: yes}|1: forwarding.existing-sockets|'yes' is not a text|keep or"
                        + " replace",
                "notify: {command: /bin/true}|1: notify.command|this is not a list|a list",
                "notify: {command: [\"a\\0b\"]}|1: notify.command|is not allowed|without control characters",
                "notify: {webhook: ntfy.sh/topic}|1: notify.webhook|is not allowed|an address such as https://",
                "notify: {webhook: \"file:///etc/passwd\"}|1: notify.webhook|is not allowed|an address such as",
                "notify: {webhook: \"https://a:b@ntfy.sh/topic\"}|1: notify.webhook|is not allowed|without a user",
                "notify: {click-host: \"gw/x\"}|1: notify.click-host|is not allowed|HOST or HOST:PORT",
                "notify: {token-file: token}|1: notify.token-file|'token' is not allowed|an absolute path",
                "notify: {statuses: [idle]}|1: notify.statuses|'idle' is not allowed|one of needs-approval",
                "metrics: {listen: '0.0.0.0:9464'}|1: metrics.listen|is not allowed|a loopback address and a port",
                "metrics: {listen: 'localhost:9464'}|1: metrics.listen|is not allowed|a loopback address and a port",
                "metrics: {listen: '127.1:9464'}|1: metrics.listen|is not allowed|a loopback address and a port",
                "metrics: {listen: '127.0.0.1:70000'}|1: metrics.listen|is not allowed|a loopback address and a port",
                "metrics: {listen: '127.0.0.256:1'}|1: metrics.listen|is not allowed|a loopback address and a port",
                "metrics: {listen: '::1:9464'}|1: metrics.listen|is not allowed|a loopback address and a port",
                "metrics: {listen: 9464}|1: metrics.listen|'9464' is not a text|a loopback address and a port",
                "create: {host-keys: ask}|1: create.host-keys|'ask' is not allowed|accept-new or strict",
                "create: {forge: github.com}|1: create.forge|'github.com' is not allowed|a prefix of addresses",
                "create: {forge: \"ext::sh -c x:\"}|1: create.forge|'ext::sh -c x:' is not allowed|a prefix",
                "create: {env-file: env}|1: create.env-file|'env' is not allowed|an absolute path",
                "listen: {port: 70000}|1: listen.port|'70000' is not allowed|a port, 0 to 65535",
                "listen: {port: -1}|1: listen.port|'-1' is not allowed|a port",
                "listen: {port: ssh}|1: listen.port|'ssh' is not a whole number|a port",
                "listen: {port: \"2222\"}|1: listen.port|'2222' is not a whole number|a port",
                "listen: {port: 0x16}|1: listen.port|'0x16' is not a whole number|a port",
                "listen: {port: 99999999999}|1: listen.port|'99999999999' is not a whole number|a port",
                "listen: {port: }|1: listen.port|the key has no value|a port",
                "listen: {address: ''}|1: listen.address|'' is not allowed|an IP address",
                "listen: {address: 256.0.0.1}|1: listen.address|'256.0.0.1' is not allowed|an IP address",
                "listen: {address: '127.1'}|1: listen.address|'127.1' is not allowed|an IP address",
                "listen: {address: '[::1]'}|1: listen.address|'[::1]' is not allowed|an IP address",
                "listen: {address: '::g'}|1: listen.address|'::g' is not allowed|an IP address",
                "listen: {address: '*'}|1: listen.address|'*' is not allowed|an IP address",
                "listen: {address: 'a b'}|1: listen.address|'a b' is not allowed|an IP address",
                "listen: {address: 5}|1: listen.address|'5' is not a text|an IP address",
                "state: var/lib|1: state|'var/lib' is not allowed|an absolute path",
                "state: ~/shed|1: state|'~/shed' is not allowed|an absolute path",
                "state: ''|1: state|'' is not a path|an absolute path",
                "state: \"/a\\0b\"|1: state|is not a path|an absolute path",
                "state: [/a]|1: state|this is a list or a section|a single value",
                "ssh: {login-grace: -5s}|1: ssh.login-grace|'-5s' is not a duration|a duration greater than zero",
                "ssh: {login-grace: 0s}|1: ssh.login-grace|'0s' is not allowed|a duration greater than zero",
                "ssh: {login-grace: 30}|1: ssh.login-grace|'30' is not a duration|a duration greater than zero",
                "ssh: {login-grace: PT30S}|1: ssh.login-grace|'PT30S' is not a duration|a duration",
                "ssh: {keepalive-count: 0}|1: ssh.keepalive-count|'0' is not allowed|1 or more",
                "ssh: {keepalive-count: yes}|1: ssh.keepalive-count|'yes' is not a whole number|1 or more",
                "ssh: {queued-output: 4MB}|1: ssh.queued-output|'4MB' is not a size|at least 64KiB",
                "ssh: {queued-output: 1KiB}|1: ssh.queued-output|'1KiB' is not allowed|at least 64KiB",
                "strangers: {max-startups: 10:30}|1: strangers.max-startups|'10:30' is not allowed|START:RATE:FULL",
                "strangers: {max-startups: 50:30:10}|1: strangers.max-startups|'50:30:10' is not allowed|not less than",
                "strangers: {max-startups: 10:101:50}|1: strangers.max-startups|'10:101:50' is not allowed|a"
                        + " percentage",
                "strangers: {max-startups: none}|1: strangers.max-startups|'none' is not numbers|START:RATE:FULL",
                "strangers: {per-source-net-block-size: 33:64}|1: strangers.per-source-net-block-size|is not"
                        + " allowed|32:64",
                "strangers: {per-source-penalties: auth:5s}|1: strangers.per-source-penalties|is not"
                        + " allowed|authfail:5s",
                "strangers: {per-source-penalties: \"\"}|1: strangers.per-source-penalties|is not allowed|authfail:5s",
                "strangers: {penalty-exempt: [example.org]}|1: strangers.penalty-exempt|is not allowed|an address or",
                "listen: {public-address: gw;id}|1: listen.public-address|'gw;id' is not allowed|HOST or HOST:PORT",
                "listen: {proxy-protocol: [10.0.0.1/8]}|1: listen.proxy-protocol|is not allowed|an address or a"
                        + " network",
                "engine: {host: 'tcp://10.0.0.1:2375'}|1: engine.host|is not allowed|no other transport is supported",
                "engine: {host: 'unix://docker.sock'}|1: engine.host|is not allowed|unix:// and the absolute path",
                "engine: {host: /var/run/docker.sock}|1: engine.host|is not allowed|unix:// and the absolute path",
                "engine: {host: 'unix:///a b'}|1: engine.host|is not an address|unix:// and the absolute path",
                "shed: {image: ''}|1: shed.image|'' is not allowed|the name of an image",
                "shed: {image: -v}|1: shed.image|'-v' is not allowed|the name of an image",
                "shed: {user: 'a b'}|1: shed.user|'a b' is not allowed|a user of the image",
                "shed: {workspace: work}|1: shed.workspace|'work' is not allowed|inside the container",
                "shed: {workspace: /}|1: shed.workspace|'/' is not allowed|inside the container",
                "shed: {workspace: /a/../b}|1: shed.workspace|is not allowed|inside the container",
                "shed: 5|1: shed|this is not a mapping|keys and values",
                "[a, b]|1|this is not a mapping|keys and values",
                "? [a]\\n: b|1|this is not a key|'listen:'",
                "listen: {port: 1, port: 2}|1: listen.port|the key is given twice|each key once",
                "shed: {user: a}\\nshed: {user: b}|2: shed.user|the key is given twice|each key once",
                "state: /a\\n---\\nstate: /b|2|a second document begins here|one document",
                "state: &x /a|1|anchors and aliases|the value itself",
                "state: *x|1|anchors and aliases|the value itself",
                "state: !!str /a|1|tags ('tag:yaml.org,2002:str') are not supported|without a tag",
                "state: !!java.net.URL [http://example.org]|1|tags ('tag:yaml.org,2002:java.net.URL')|without a tag",
                "listen:\\n\\tport: 1|2|not YAML, at column 1|indented by spaces",
                "listen: {port: 1|1|not YAML|indented by spaces",
                "listen: a: b|1|not YAML, at column 10|indented by spaces",
            })
    void whatCannotBeIsNamed(String text, String where, String problem, String expected) {
        var failure = failureOf(text.replace("\\n", "\n").replace("\\t", "\t"));

        assertThat(problemAt(file() + ":" + where, failure)).contains(problem);
        assertThat(failure.hint()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen:\\n  adress: ''|2: listen.adress|listen.address",
                "access:\\n\\n  authorizedKeys: /a|3: access.authorizedKeys|access.authorized-keys",
                "port: 22|1: port|listen.port",
                "sssh: {}|1: sssh|one of listen, state, access, ssh, strangers, forwarding, engine, shed, create,"
                        + " agents, audit, recording, notify, metrics, algorithms",
                "engine: {colour: red}|1: engine.colour|one of kind, host, timeout, kubernetes",
                "listen: {<<: {port: 1}}|1: listen.<<|one of address, port, public-address, proxy-protocol",
                "state: /a\\ncompletely: different|2: completely|one of listen, state, access, ssh, strangers,"
                        + " forwarding, engine, shed, create, agents, audit, recording, notify, metrics, algorithms",
            })
    void anUnknownKeyIsNamedWithItsLineAndTheNearestKnownOne(String text, String where, String expected) {
        var failure = failureOf(text.replace("\\n", "\n"));

        assertThat(failure.message()).isEqualTo(file() + ":" + where + ": unknown key");
        assertThat(failure.hint()).isEqualTo("expected: " + expected);
    }

    @Test
    void deepNestingIsRefusedAndTakesNoTime() {
        assertThat(problemAt(file() + ":1", failureOf("state: " + "[".repeat(500_000))))
                .isEqualTo("nested too deeply");
    }
}

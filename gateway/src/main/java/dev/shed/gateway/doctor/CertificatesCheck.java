package dev.shed.gateway.doctor;

import dev.shed.gateway.access.LoginPolicy;
import dev.shed.gateway.text.ShellWords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/// The files about certificates: authorities, principals, and revoked keys.
public record CertificatesCheck(LoginPolicy.Sources sources, Clock clock) implements Check {
    @Override
    public String about() {
        return "certificates";
    }

    @Override
    public List<Finding> examine() {
        var findings = new ArrayList<Finding>();
        if (sources.trustedUserCaKeys().isPresent() && sources.principals().isEmpty()) {
            findings.add(Finding.warning(
                    "access.trusted-user-ca-keys has no effect without access.principals",
                    "# add to the configuration, below access: principals: /etc/shed/principals"));
        }
        new LoginPolicy(sources, clock)
                .unusable()
                .forEach((file, problem) -> findings.add(
                        Finding.error(file + ": " + problem, cure(file).toArray(String[]::new))));
        if (findings.isEmpty()) {
            boolean any = sources.trustedUserCaKeys().isPresent()
                    || sources.revokedKeys().isPresent();
            findings.add(Finding.ok(any ? "the configured files can be used" : "no file is configured"));
        }
        return findings;
    }

    private List<String> cure(Path file) {
        var modes = LoginPolicy.cures(file);
        if (!modes.isEmpty()) {
            return modes;
        }
        var name = ShellWords.quoted(file.toString());
        if (sources.revokedKeys().filter(file::equals).isPresent()) {
            // An empty list would accept the revoked keys again, so a damaged one is not to be replaced by it.
            return Files.notExists(file)
                    ? List.of("# if no key was ever revoked:", "# install -m 0644 /dev/null " + name)
                    : List.of(
                            "# put the list back from a backup, or make it again from the revoked keys:",
                            "ssh-keygen -k -f revoked.new REVOKED.pub && install -m 0644 revoked.new " + name);
        }
        return sources.trustedUserCaKeys().filter(file::equals).isPresent()
                ? List.of(
                        "# what ssh-keygen finds in it:",
                        "ssh-keygen -l -f " + name,
                        "# the public key of the authority belongs there:",
                        "install -m 0644 user_ca.pub " + name)
                : List.of(
                        "# one principal a line, for instance everybody with the principal developers:",
                        "# echo 'role=\"user\" developers' >>" + name);
    }
}

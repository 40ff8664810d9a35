package dev.shed.gateway.doctor;

import dev.shed.gateway.access.KeyLine;
import dev.shed.gateway.access.KeyLine.Refused;
import dev.shed.gateway.access.KeyLine.Usable;
import dev.shed.gateway.access.LoginPolicy;
import dev.shed.gateway.keys.AuthorizedKeysEditor;
import dev.shed.gateway.text.ProgramName;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The authorized keys: the file's owner and mode, and whether there is a key that may log in now.
///
/// @param option ` --config FILE` for commands, or nothing
/// @param certificates whether certificates may log in without this file
public record AuthorizedKeysCheck(AuthorizedKeysEditor file, Clock clock, String option, boolean certificates)
        implements Check {
    @Override
    public String about() {
        return "authorized keys";
    }

    @Override
    public List<Finding> examine() {
        if (Files.notExists(file.path())) {
            return List.of(none("there is no file " + file.path()));
        }
        var objection = file.objection();
        if (objection.isPresent()) {
            var cures = LoginPolicy.cures(file.path()).toArray(String[]::new);
            return List.of(Finding.error(
                    "all logins are refused because of " + file.path() + ": " + objection.get(),
                    cures.length == 0 ? new String[] {"namei -l " + file.path()} : cures));
        }
        var keys = file.keys();
        return Stream.concat(Stream.of(usable(keys)), refused(keys).stream()).toList();
    }

    private Finding usable(List<KeyLine> keys) {
        var expired = new ArrayList<String>();
        long usable = keys.stream()
                .filter(Usable.class::isInstance)
                .map(Usable.class::cast)
                .filter(key -> key.isAuthority() || accepts(key, expired))
                .count();
        if (usable > 0) {
            return Finding.ok(usable + (usable == 1 ? " key" : " keys") + " in " + file.path());
        }
        return none(file.path() + " has no key that may log in"
                + (expired.isEmpty() ? "" : " (" + expired.getFirst() + ")"));
    }

    private boolean accepts(Usable key, List<String> objections) {
        var objection = key.objection(Optional.empty(), clock.instant());
        objection.ifPresent(objections::add);
        return objection.isEmpty();
    }

    private Finding none(String message) {
        return certificates
                ? Finding.ok(message + "; certificates can log in")
                : Finding.error(
                        message + ", so nobody can log in",
                        ProgramName.with("keys add --role admin" + option + " ~/.ssh/id_ed25519.pub"));
    }

    private Optional<Finding> refused(List<KeyLine> keys) {
        var lines = keys.stream()
                .filter(Refused.class::isInstance)
                .map(Refused.class::cast)
                .toList();
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.warning(
                        "%s:%d is not used: %s%s"
                                .formatted(
                                        file.path(),
                                        lines.getFirst().number(),
                                        lines.getFirst().reason(),
                                        lines.size() == 1 ? "" : " (and " + (lines.size() - 1) + " more)"),
                        ProgramName.with("keys check" + option)));
    }
}

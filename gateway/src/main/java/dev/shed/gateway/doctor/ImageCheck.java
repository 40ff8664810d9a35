package dev.shed.gateway.doctor;

import dev.shed.gateway.container.EngineProbe;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The default image of sheds: that the engine has it, and that tmux and the porter run in it.
public record ImageCheck(String image, EngineProbe probe) implements Check {
    private static final Pattern VERSION = Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3}).*");

    /// tmux 3.2, which is needed to follow sessions.
    private static final int MAJOR = 3;

    private static final int MINOR = 2;

    @Override
    public String about() {
        return "image";
    }

    @Override
    public List<Finding> examine() {
        try {
            return findings(probe.tryOut(image));
        } catch (ShedException e) {
            return List.of(failed(e.failure()));
        }
    }

    private Finding failed(Failure failure) {
        return switch (failure.kind()) {
            case IMAGE_NOT_FOUND ->
                Finding.error(failure.message() + " (shed.image)", probe.cures().withoutImage(image));
            case ENGINE_UNAVAILABLE ->
                Finding.warning(image + " was not examined: " + failure.message(), "# see what is said of the engine");
            default ->
                Finding.error(
                        image + " could not be tried: " + failure.message(),
                        probe.cures().untried(image));
        };
    }

    private List<Finding> findings(EngineProbe.Trial trial) {
        var findings = new ArrayList<Finding>();
        trial.tmux()
                .ifPresentOrElse(
                        version -> findings.add(tmux(version)),
                        () -> findings.add(Finding.error(
                                "tmux cannot be run in " + image + ", so it has no sessions" + said(trial),
                                probe.cures().withoutTmux(image))));
        if (!trial.porter()) {
            findings.add(Finding.warning(
                    "the porter does not run in " + image + "; sheds then have the limits of docs/spec.md"
                            + said(trial),
                    probe.cures().withoutPorter(image)));
        }
        return findings;
    }

    private Finding tmux(String version) {
        var number = VERSION.matcher(version);
        boolean old = number.matches()
                && Integer.parseInt(number.group(1)) * 1000 + Integer.parseInt(number.group(2)) < MAJOR * 1000 + MINOR;
        return old
                ? Finding.warning(
                        "tmux " + version + " in " + image + " is too old to follow sessions: events, wait and"
                                + " notifications need 3.2",
                        "# base the image on a newer distribution, such as debian:12, and build it again")
                : Finding.ok(image + " has tmux " + version);
    }

    private static String said(EngineProbe.Trial trial) {
        return trial.output().isEmpty()
                ? ""
                : " (" + trial.output().lines().findFirst().orElse("") + ")";
    }
}

package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.EngineHints;

/// Hints with commands of `docker`. They use the container's id, because a container that was not created by
/// the gateway may have any name.
final class DockerHints implements EngineHints {
    @Override
    public String paused(Container container) {
        return onTheHost("unpause " + container.shortId());
    }

    @Override
    public String ended(Container container) {
        return onTheHost("logs " + container.shortId());
    }

    /// Runs the shed's command (`sleep infinity`), because the image's own command would hide the problem.
    @Override
    public String endsAtOnce(String image) {
        return onTheHost("run --rm " + image + " sleep infinity");
    }

    /// The gateway does not pull images.
    static String missing(String image) {
        return "build it or pull it " + onTheHost("pull " + image)
                + "\nor name another one: ssh shed@HOST create NAME --image IMAGE";
    }

    private static String onTheHost(String words) {
        return "on the gateway's host: docker " + words;
    }
}

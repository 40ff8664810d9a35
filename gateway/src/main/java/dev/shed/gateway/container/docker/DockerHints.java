package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.EngineHints;

/// What the program `docker` can do. A container that somebody else made may have any name, so its id stands for it.
final class DockerHints implements EngineHints {
    @Override
    public String paused(Container container) {
        return onTheHost("unpause " + container.shortId());
    }

    @Override
    public String ended(Container container) {
        return onTheHost("logs " + container.shortId());
    }

    /// An image whose own command would hide it runs what every shed runs.
    @Override
    public String endsAtOnce(String image) {
        return onTheHost("run --rm " + image + " sleep infinity");
    }

    /// The gateway pulls no images.
    static String missing(String image) {
        return "build it or pull it " + onTheHost("pull " + image)
                + "\nor name another one: ssh shed@HOST create NAME --image IMAGE";
    }

    private static String onTheHost(String words) {
        return "on the gateway's host: docker " + words;
    }
}

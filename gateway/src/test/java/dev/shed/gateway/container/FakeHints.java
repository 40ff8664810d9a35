package dev.shed.gateway.container;

/// What a fake engine advises.
record FakeHints() implements EngineHints {
    @Override
    public String paused(Container container) {
        return "wake " + container.shortId();
    }

    @Override
    public String ended(Container container) {
        return "read the log of " + container.shortId();
    }

    @Override
    public String endsAtOnce(String image) {
        return "try " + image;
    }
}

package dev.shed.gateway.shed;

import dev.shed.gateway.container.ContainerEngine;
import java.io.IOException;

/// Passes on what a start waits for, each reason once until there is another one.
public final class NewReasons implements ContainerEngine.Waiting {
    private final ContainerEngine.Waiting next;
    private String last = "";

    public NewReasons(ContainerEngine.Waiting next) {
        this.next = next;
    }

    @Override
    public void because(String why) throws IOException {
        if (!why.equals(last)) {
            last = why;
            next.because(why);
        }
    }
}

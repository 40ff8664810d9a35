package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.docker.ExecContract;
import dev.shed.gateway.container.docker.LiveShed;

class PorterExecIT extends ExecContract {
    @Override
    protected LiveShed start() {
        return LiveShed.start(PorterSheds.access("porter-exec-it"));
    }
}

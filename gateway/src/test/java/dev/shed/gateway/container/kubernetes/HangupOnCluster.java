package dev.shed.gateway.container.kubernetes;

import dev.shed.gateway.container.docker.HangupContract;
import dev.shed.gateway.container.docker.LiveShed;

/// What is left of processes on a cluster. `scripts/test-kubernetes` runs it.
class HangupOnCluster extends HangupContract {
    @Override
    protected LiveShed start() {
        return TestCluster.start();
    }
}

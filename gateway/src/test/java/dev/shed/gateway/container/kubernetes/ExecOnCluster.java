package dev.shed.gateway.container.kubernetes;

import dev.shed.gateway.container.docker.ExecContract;
import dev.shed.gateway.container.docker.LiveShed;

/// Processes on a cluster. `scripts/test-kubernetes` runs it.
class ExecOnCluster extends ExecContract {
    @Override
    protected LiveShed start() {
        return TestCluster.start();
    }
}

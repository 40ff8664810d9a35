package dev.shed.gateway.container;

/// Starts processes with the engine's own exec, for containers in which no porter can run.
@FunctionalInterface
public interface PlainExec {
    /// Starts a process. Fails as [ContainerRuntime#start(ExecSpec)] does.
    ContainerProcess start(ExecSpec spec);
}

package dev.shed.gateway.container;

/// Starts processes by an engine's own means, for containers in which no porter can run.
@FunctionalInterface
public interface PlainExec {
    /// Starts a process. Fails as [ContainerRuntime#start(ExecSpec)] does.
    ContainerProcess start(ExecSpec spec);
}

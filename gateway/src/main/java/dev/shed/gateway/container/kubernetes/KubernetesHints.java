package dev.shed.gateway.container.kubernetes;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.EngineHints;

/// Hints with commands of `kubectl`.
record KubernetesHints(String namespace) implements EngineHints {
    /// Pods are never paused.
    @Override
    public String paused(Container container) {
        return "kubectl -n " + namespace + " describe pod " + Names.of(container.shed());
    }

    @Override
    public String ended(Container container) {
        return "kubectl -n " + namespace + " describe pod " + Names.of(container.shed());
    }

    @Override
    public String endsAtOnce(String image) {
        return "kubectl -n " + namespace + " run trial --rm -i --restart=Never --image=" + image + " -- sleep 1";
    }
}

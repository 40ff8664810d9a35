/// Requests to the API server of a Kubernetes cluster: who asks (kubeconfig, service account), requests with
/// bounded answers, watches, and the stream of an exec.
@NullMarked
package dev.shed.gateway.container.kubernetes.api;

import org.jspecify.annotations.NullMarked;

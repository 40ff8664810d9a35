/// Sheds on Kubernetes: a claim that is the record of the shed, and a pod that runs while the shed does
/// (ADR-0059).
@NullMarked
package dev.shed.gateway.container.kubernetes;

import org.jspecify.annotations.NullMarked;

/// The audit log: one JSON line for each thing that somebody did.
@NullMarked
package dev.shed.gateway.audit;

import org.jspecify.annotations.NullMarked;

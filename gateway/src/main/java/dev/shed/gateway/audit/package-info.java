/// The audit log: one line of JSON for each event.
@NullMarked
package dev.shed.gateway.audit;

import org.jspecify.annotations.NullMarked;

/// Recordings of sessions as their clients see them, and `shed-gateway recordings`.
@NullMarked
package dev.shed.gateway.recording;

import org.jspecify.annotations.NullMarked;

/// Recordings of sessions, as clients have seen them: making them, and `shed-gateway recordings`.
@NullMarked
package dev.shed.gateway.recording;

import org.jspecify.annotations.NullMarked;

package dev.shed.gateway.event;

import dev.shed.gateway.name.ShedName;
import java.time.Instant;

/// Something that happened, where and when.
///
/// @param seq greater than that of every event before, also of those before the gateway was started anew
public record Event(long seq, Instant time, ShedName shed, EventDetails what) {}

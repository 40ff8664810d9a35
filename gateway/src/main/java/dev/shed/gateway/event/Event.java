package dev.shed.gateway.event;

import dev.shed.gateway.name.ShedName;
import java.time.Instant;

/// An event: what happened, in which shed, and when.
///
/// @param seq greater than the number of every earlier event, also of those before a restart of the gateway
public record Event(long seq, Instant time, ShedName shed, EventDetails what) {}

package dev.shed.gateway.failure;

import java.util.Optional;

/// How commands are written in hints and other advice.
///
/// @param client the client's value of `SHED_CLIENT`: a server's name and `/`, or `/` alone; empty for plain ssh
/// @param address what replaces `HOST` in commands of ssh; if empty, `HOST` stays
public record CommandStyle(Optional<String> client, Optional<PublicAddress> address) {
    /// Commands of ssh with `HOST`.
    public static final CommandStyle PLAIN = new CommandStyle(Optional.empty(), Optional.empty());
}

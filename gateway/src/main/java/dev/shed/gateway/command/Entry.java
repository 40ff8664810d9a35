package dev.shed.gateway.command;

import dev.shed.gateway.access.Action;
import dev.shed.gateway.name.LoginName;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A line of the table of verbs.
///
/// @param verb the word that calls it
/// @param rule what the caller must be allowed to do; without one nobody may call it
/// @param command makes the object that runs it
record Entry(String verb, Place place, Optional<Action> rule, Supplier<? extends Verb> command) {
    /// Where a verb is at home.
    enum Place {
        /// about a shed: named first in the lobby, by the address on the shed itself
        SHED,
        /// in the lobby only
        LOBBY,
        /// about the caller or the gateway, the same wherever it is called
        ANYWHERE
    }

    static Entry of(String verb, Place place, Action rule, Supplier<? extends Verb> command) {
        return new Entry(verb, place, Optional.of(rule), command);
    }

    /// The arguments as the command object takes them.
    List<String> arguments(LoginName address, List<String> given) {
        return switch (address) {
            case LoginName.ToShed to
            when place == Place.SHED ->
                Stream.concat(Stream.of(to.shed().value()), given.stream()).toList();
            case LoginName.ToShed _, LoginName.Lobby _ -> given;
        };
    }

    boolean reachableFrom(LoginName address) {
        return place != Place.LOBBY || address instanceof LoginName.Lobby;
    }
}

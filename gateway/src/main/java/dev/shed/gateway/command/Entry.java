package dev.shed.gateway.command;

import dev.shed.gateway.access.Action;
import dev.shed.gateway.name.LoginName;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// An entry of the table of verbs.
///
/// @param verb the word that calls it
/// @param rule the action that the caller must be permitted to do; if empty, the verb cannot be called
/// @param command creates the object that runs the verb
record Entry(String verb, Scope scope, Optional<Action> rule, Supplier<? extends Verb> command) {
    /// Where a verb can be called.
    enum Scope {
        /// about a shed: its first argument in the lobby, the address elsewhere
        SHED,
        /// in the lobby only
        LOBBY,
        /// about the caller or the gateway, with the same result everywhere
        ANYWHERE
    }

    static Entry of(String verb, Scope scope, Action rule, Supplier<? extends Verb> command) {
        return new Entry(verb, scope, Optional.of(rule), command);
    }

    /// The arguments for the command object.
    List<String> arguments(LoginName address, List<String> given) {
        return switch (address) {
            case LoginName.ToShed to
            when scope == Scope.SHED ->
                Stream.concat(Stream.of(to.shed().value()), given.stream()).toList();
            case LoginName.ToShed _, LoginName.Lobby _ -> given;
        };
    }

    boolean reachableFrom(LoginName address) {
        return scope != Scope.LOBBY || address instanceof LoginName.Lobby;
    }
}

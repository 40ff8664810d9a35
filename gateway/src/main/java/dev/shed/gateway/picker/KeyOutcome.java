package dev.shed.gateway.picker;

/// The effect of a key: the new view, and an action to run.
record KeyOutcome(View view, Effect effect) {
    /// An action that changes more than the view.
    sealed interface Effect {
        record Nothing() implements Effect {}

        record Redraw() implements Effect {}

        record Look() implements Effect {}

        record Kill(Item item) implements Effect {}

        /// Renames a session.
        ///
        /// @param name as it was typed; may be invalid
        record Rename(Item item, String name) implements Effect {}
    }

    /// An action for which the list leaves the screen.
    sealed interface Away extends Effect {
        record Leave() implements Away {}

        /// Attaches to a session, which may not exist.
        ///
        /// @param session the session's name as it was listed or typed; may be invalid
        record Attach(Item item, String session) implements Away {}

        /// Runs a verb on a shed.
        ///
        /// @param shed the shed's name as it was listed or typed; may be invalid
        record Call(Verb verb, String shed) implements Away {}
    }

    /// The verbs that the picker can run.
    enum Verb {
        CREATE("create", "created"),
        START("start", "started"),
        STOP("stop", "stopped");

        private final String word;
        private final String done;

        Verb(String word, String done) {
            this.word = word;
            this.done = done;
        }

        String word() {
            return word;
        }

        /// The result in a message, such as `started`.
        String done() {
            return done;
        }
    }

    static KeyOutcome to(View view) {
        return new KeyOutcome(view, new Effect.Nothing());
    }
}

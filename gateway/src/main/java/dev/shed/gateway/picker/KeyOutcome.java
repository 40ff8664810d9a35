package dev.shed.gateway.picker;

/// What a key leads to: how the list looks now, and what is to be done.
record KeyOutcome(View view, Deed deed) {
    /// Something beyond the list.
    sealed interface Deed {
        record Nothing() implements Deed {}

        record Redraw() implements Deed {}

        record Look() implements Deed {}

        record Kill(Item item) implements Deed {}

        /// To rename a session.
        ///
        /// @param name as it was typed; it may break the rule
        record Rename(Item item, String name) implements Deed {}
    }

    /// What is done away from the list.
    sealed interface Away extends Deed {
        record Leave() implements Away {}

        /// To go into a session, which need not be there.
        ///
        /// @param session the session's name as it was listed or typed; it may break the rule
        record Attach(Item item, String session) implements Away {}

        /// To run a verb about a shed.
        ///
        /// @param shed the shed's name as it was listed or typed; it may break the rule
        record Call(Verb verb, String shed) implements Away {}
    }

    /// The verbs that are called from the list.
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

        /// What became of the shed.
        String done() {
            return done;
        }
    }

    static KeyOutcome to(View view) {
        return new KeyOutcome(view, new Deed.Nothing());
    }
}

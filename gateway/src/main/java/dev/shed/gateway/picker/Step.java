package dev.shed.gateway.picker;

/// What a key leads to: how the list looks now, and what is to be done.
record Step(View view, Deed deed) {
    /// Something beyond the list.
    sealed interface Deed {
        record Nothing() implements Deed {}

        record Leave() implements Deed {}

        record Redraw() implements Deed {}

        record Look() implements Deed {}

        /// To go into a session, which need not be there.
        ///
        /// @param session the session's name as it was listed or typed; it may break the rule
        record Attach(Item item, String session) implements Deed {}

        record Kill(Item item) implements Deed {}

        /// To give a session another name.
        ///
        /// @param name as it was typed; it may break the rule
        record Rename(Item item, String name) implements Deed {}
    }

    static Step to(View view) {
        return new Step(view, new Deed.Nothing());
    }
}

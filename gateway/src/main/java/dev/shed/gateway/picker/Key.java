package dev.shed.gateway.picker;

/// What was typed.
sealed interface Key {
    /// A character that is shown as one.
    record Text(String text) implements Key {}

    /// A key with a name.
    enum Named implements Key {
        UP,
        DOWN,
        PAGE_UP,
        PAGE_DOWN,
        HOME,
        END,
        ENTER,
        BACKSPACE,
        ESCAPE,
        CLEAR,
        REDRAW,
        LEAVE,
        OTHER
    }
}

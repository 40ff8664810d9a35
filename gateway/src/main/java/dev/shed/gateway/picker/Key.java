package dev.shed.gateway.picker;

/// A key that was pressed.
sealed interface Key {
    /// A key that types a character.
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

/// The lobby's session picker: a list of sheds and sessions on a terminal. What it shows and what a key does are
/// pure; [Picker] alone reads, draws and waits.
@NullMarked
package dev.shed.gateway.picker;

import org.jspecify.annotations.NullMarked;

/// Text for output: tables, times, quantities, JSON; and splitting a line into words.
@NullMarked
package dev.shed.gateway.text;

import org.jspecify.annotations.NullMarked;

/// Text for people and programs: tables, times, quantities, JSON, and the words of a line.
@NullMarked
package dev.shed.gateway.text;

import org.jspecify.annotations.NullMarked;

/// The programs that manage authorized keys: add, list, remove, check, import, explain.
@NullMarked
package dev.shed.gateway.keys;

import org.jspecify.annotations.NullMarked;

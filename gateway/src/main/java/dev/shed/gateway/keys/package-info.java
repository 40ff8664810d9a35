/// What the gateway's owner does with the file of authorized keys: add, list, remove, check, import, explain.
@NullMarked
package dev.shed.gateway.keys;

import org.jspecify.annotations.NullMarked;

/// Tells people that a session needs somebody: by a command of the operator, or by a webhook.
@NullMarked
package dev.shed.gateway.notify;

import org.jspecify.annotations.NullMarked;

/// OpenSSH's formats: public keys, certificates, revocation lists, and the files that contain them.
@NullMarked
package dev.shed.gateway.access.key;

import org.jspecify.annotations.NullMarked;

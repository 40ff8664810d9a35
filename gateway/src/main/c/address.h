// Addresses in the container, and sockets made with a user's ids.
#ifndef PORTER_ADDRESS_H
#define PORTER_ADDRESS_H

#include "account.h"
#include "request.h"

#include <sys/socket.h>

enum { MAX_ADDRESSES = 16 };

struct addresses {
    struct sockaddr_storage list[MAX_ADDRESSES];
    socklen_t length[MAX_ADDRESSES];
    size_t count;
};

/// Resolves an address in the container; for listening, an empty host means all interfaces. Changes to the
/// user's home directory for a relative path.
bool address_resolve(const struct address *address, const struct account *account, bool listening,
                     struct addresses *addresses, struct failure *failure);

/// The host as text and the port; empty and 0 for a unix socket.
uint32_t address_text(const struct sockaddr_storage *address, char *text, size_t size);

void address_set_port(struct sockaddr_storage *address, uint32_t port);

/// Whether one of the networks (`ADDRESS/BITS`, joined by commas) contains the address. An IPv4 address
/// matches in its IPv6 form as well.
bool address_in(const struct sockaddr_storage *address, const char *networks);

#endif

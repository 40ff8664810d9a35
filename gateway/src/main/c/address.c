#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>
#include <unistd.h>

// More than any real hosts file has. In a container the file may have any size.
enum { MAX_HOSTS_LINE = 4096, MAX_HOSTS_LINES = 100000 };

static void add(struct addresses *to, const void *address, socklen_t length) {
    if (to->count < MAX_ADDRESSES && length <= sizeof to->list[0]) {
        memcpy(&to->list[to->count], address, length);
        to->length[to->count++] = length;
    }
}

/// Adds the IPv4 and the IPv6 form of an address that needs no resolver.
static void add_both(struct addresses *to, in_addr_t v4, const struct in6_addr *v6, uint32_t port) {
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr = {htonl(v4)}, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = *v6, .sin6_port = htons((uint16_t)port)};
    add(to, &four, sizeof four);
    add(to, &six, sizeof six);
}

static void add_literal(const char *literal, uint32_t port, struct addresses *to) {
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, literal, &four.sin_addr) == 1) {
        add(to, &four, sizeof four);
    } else if (inet_pton(AF_INET6, literal, &six.sin6_addr) == 1) {
        add(to, &six, sizeof six);
    }
}

/// Whether a line of /etc/hosts (hosts(5)) has this name; `*literal` is then its address.
static bool names(char *line, const char *name, const char **literal) {
    char *rest = line;
    line[strcspn(line, "#\n")] = 0;
    *literal = strtok_r(line, " \t\r", &rest);
    const char *word = *literal == NULL ? NULL : strtok_r(NULL, " \t\r", &rest);
    while (word != NULL && strcasecmp(word, name) != 0) {
        word = strtok_r(NULL, " \t\r", &rest);
    }
    return word != NULL;
}

/// Looks up a host in /etc/hosts without regard to case, as glibc does; musl compares exactly.
static bool look_up_in_hosts(const struct address *address, struct addresses *to) {
    char line[MAX_HOSTS_LINE];
    FILE *hosts = fopen("/etc/hosts", "re");
    if (hosts == NULL) {
        return false;
    }
    for (int i = 0; i < MAX_HOSTS_LINES && fgets(line, sizeof line, hosts) != NULL; i++) {
        const char *literal;
        if (names(line, address->name, &literal)) {
            add_literal(literal, address->port, to);
        }
    }
    fclose(hosts);
    return to->count > 0;
}

static bool look_up(const struct address *address, struct addresses *to, struct failure *failure) {
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC};
    struct addrinfo *found;
    char port[16];
    snprintf(port, sizeof port, "%u", address->port);
    int error = getaddrinfo(address->name, port, &hints, &found);
    if (error != 0) {
        char text[512];
        snprintf(text, sizeof text, "%.300s: %.100s", address->name, gai_strerror(error));
        return failed(failure, STAGE_RESOLVE, 0, text);
    }
    for (const struct addrinfo *one = found; one != NULL; one = one->ai_next) {
        add(to, one->ai_addr, one->ai_addrlen);
    }
    freeaddrinfo(found);
    return to->count > 0;
}

static bool add_path(const struct address *address, const struct account *account, struct addresses *to) {
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    if (address->name[0] != '/' && chdir(account->home) != 0) {
        return false;
    }
    if (strlen(address->name) >= sizeof path.sun_path) {
        errno = ENAMETOOLONG;
        return false;
    }
    strcpy(path.sun_path, address->name);
    add(to, &path, sizeof path);
    return true;
}

bool address_resolve(const struct address *address, const struct account *account, bool listening,
                     struct addresses *addresses, struct failure *failure) {
    addresses->count = 0;
    if (address->kind == ADDRESS_UNIX) {
        return add_path(address, account, addresses) ||
               failed(failure, listening ? STAGE_LISTEN : STAGE_CONNECT, errno, address->name);
    }
    if (strcasecmp(address->name, "localhost") == 0) {
        add_both(addresses, INADDR_LOOPBACK, &in6addr_loopback, address->port);
        return true;
    }
    if (listening && (address->name[0] == 0 || strcmp(address->name, "*") == 0)) {
        add_both(addresses, INADDR_ANY, &in6addr_any, address->port);
        return true;
    }
    return look_up_in_hosts(address, addresses) || look_up(address, addresses, failure);
}

uint32_t address_text(const struct sockaddr_storage *address, char *text, size_t size) {
    text[0] = 0;
    if (address->ss_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)address;
        inet_ntop(AF_INET, &four->sin_addr, text, (socklen_t)size);
        return ntohs(four->sin_port);
    }
    if (address->ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
        inet_ntop(AF_INET6, &six->sin6_addr, text, (socklen_t)size);
        return ntohs(six->sin6_port);
    }
    return 0;
}

void address_set_port(struct sockaddr_storage *address, uint32_t port) {
    if (address->ss_family == AF_INET) {
        ((struct sockaddr_in *)address)->sin_port = htons((uint16_t)port);
    } else if (address->ss_family == AF_INET6) {
        ((struct sockaddr_in6 *)address)->sin6_port = htons((uint16_t)port);
    }
}

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

/// Converts an address to sixteen bytes, an IPv4 address to its IPv6 form (::ffff:a.b.c.d).
static void whole(const void *bytes, bool four, uint8_t to[16]) {
    if (four) {
        memcpy(to, mapped, sizeof mapped);
        memcpy(to + sizeof mapped, bytes, 4);
    } else {
        memcpy(to, bytes, 16);
    }
}

/// Extracts the IPv4 address that an IPv6 address embeds for a translator or a tunnel: NAT64 (RFC 6052, RFC
/// 8215), 6to4 (RFC 3056), and the old ::a.b.c.d and ::ffff:0:a.b.c.d. False if there is none.
static bool embedded(const uint8_t address[16], uint8_t to[16]) {
    static const uint8_t six_to_four[] = {0x20, 0x02}, nat64[] = {0x00, 0x64, 0xff, 0x9b};
    static const uint8_t compatible[12] = {0}, translated[12] = {[8] = 0xff, [9] = 0xff};
    bool tunnel = memcmp(address, six_to_four, sizeof six_to_four) == 0;
    bool last = memcmp(address, nat64, sizeof nat64) == 0 || memcmp(address, compatible, sizeof compatible) == 0 ||
                memcmp(address, translated, sizeof translated) == 0;
    whole(address + (tunnel ? 2 : 12), true, to);
    return tunnel || last;
}

static bool same_bits(const uint8_t *one, const uint8_t *other, unsigned long bits) {
    size_t bytes = bits / 8;
    unsigned rest = bits % 8;
    return memcmp(one, other, bytes) == 0 && (rest == 0 || ((one[bytes] ^ other[bytes]) >> (8 - rest)) == 0);
}

/// Whether a network contains the address; a malformed network contains none.
static bool is_in(const uint8_t address[16], const char *network, size_t length) {
    char text[INET6_ADDRSTRLEN + 5];
    uint8_t bytes[16], start[16];
    if (length >= sizeof text) {
        return false;
    }
    memcpy(text, network, length);
    text[length] = 0;
    char *slash = strchr(text, '/');
    if (slash == NULL) {
        return false;
    }
    *slash = 0;
    bool four = inet_pton(AF_INET, text, bytes) == 1;
    unsigned long bits = strtoul(slash + 1, NULL, 10) + (four ? 96 : 0);
    if ((!four && inet_pton(AF_INET6, text, bytes) != 1) || bits > 128) {
        return false;
    }
    whole(bytes, four, start);
    return same_bits(address, start, bits);
}

bool address_in(const struct sockaddr_storage *address, const char *networks) {
    uint8_t bytes[16], inner[16];
    if (address->ss_family == AF_INET) {
        whole(&((const struct sockaddr_in *)address)->sin_addr, true, bytes);
    } else if (address->ss_family == AF_INET6) {
        whole(&((const struct sockaddr_in6 *)address)->sin6_addr, false, bytes);
    } else {
        return false;
    }
    bool has_inner = address->ss_family == AF_INET6 && embedded(bytes, inner);
    while (*networks != 0) {
        size_t length = strcspn(networks, ",");
        if (is_in(bytes, networks, length) || (has_inner && is_in(inner, networks, length))) {
            return true;
        }
        networks += length + (networks[length] == ',' ? 1 : 0);
    }
    return false;
}

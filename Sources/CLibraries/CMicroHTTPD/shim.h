#pragma once
#include <microhttpd.h>
#include <stdint.h>

// Swift cannot call C functions with a variable number of arguments.

/// Starts a server of one thread. Limits: connections in all, bytes of memory per connection, idle seconds.
static inline struct MHD_Daemon *mr_http_start(const struct sockaddr *address, unsigned connections, size_t memory,
                                               unsigned idle_seconds, MHD_AccessHandlerCallback handler, void *context) {
    unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD;
    if (address->sa_family == AF_INET6) flags |= MHD_USE_IPv6;
    return MHD_start_daemon(flags, 0, NULL, NULL, handler, context, MHD_OPTION_SOCK_ADDR, address,
                            MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory,
                            MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
                            MHD_OPTION_END);
}

/// The port that was bound; for addresses with port 0.
static inline uint16_t mr_http_port(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info == NULL ? 0 : info->port;
}

// The library's enumerations are imported in one way or another, by its version.
static inline enum MHD_Result mr_http_no(void) { return MHD_NO; }
static inline enum MHD_Result mr_http_yes(void) { return MHD_YES; }

/// An answer with a copy of the bytes.
static inline struct MHD_Response *mr_http_response(const void *bytes, size_t count) {
    return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

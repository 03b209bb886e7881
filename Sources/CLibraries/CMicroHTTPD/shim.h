#pragma once
#include <microhttpd.h>
#include <stdint.h>

// Swift cannot call C functions with a variable number of arguments.

/// What a server is told about: a request's arrival, its end, a connection's beginning and end.
struct mr_http_callbacks {
    MHD_AccessHandlerCallback handle;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
};

/// Starts a server of one thread on a socket that listens already, and takes the socket over. Limits: connections in
/// all, bytes of memory per connection, seconds without a byte.
static inline struct MHD_Daemon *mr_http_start(int listening, unsigned connections, size_t memory,
                                               unsigned idle_seconds, struct mr_http_callbacks callbacks,
                                               void *context) {
    return MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, callbacks.handle,
                            context, MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_CONNECTION_LIMIT, connections,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory, MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
                            MHD_OPTION_NOTIFY_COMPLETED, callbacks.completed, context, MHD_OPTION_NOTIFY_CONNECTION,
                            callbacks.connection, context, MHD_OPTION_END);
}

/// The connection's socket, or -1.
static inline int mr_http_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

/// The other end's address, or NULL.
static inline const struct sockaddr *mr_http_peer(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}

// The library's enumerations are imported in one way or another, by its version.
static inline enum MHD_Result mr_http_no(void) { return MHD_NO; }
static inline enum MHD_Result mr_http_yes(void) { return MHD_YES; }
static inline int mr_http_started(enum MHD_ConnectionNotificationCode code) {
    return code == MHD_CONNECTION_NOTIFY_STARTED;
}

/// Calls with every header, or with every argument of the query.
static inline void mr_http_each(struct MHD_Connection *connection, int arguments, MHD_KeyValueIterator visit,
                                void *context) {
    MHD_get_connection_values(connection, arguments ? MHD_GET_ARGUMENT_KIND : MHD_HEADER_KIND, visit, context);
}

/// An answer with a copy of the bytes.
static inline struct MHD_Response *mr_http_response(const void *bytes, size_t count) {
    return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

/// An answer without end, of what `read` gives.
static inline struct MHD_Response *mr_http_stream(MHD_ContentReaderCallback read, void *context,
                                                  MHD_ContentReaderFreeCallback free) {
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read, context, free);
}

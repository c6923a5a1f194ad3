/** Who may come in as the configuration says: users, tokens, issuers of tokens, certificates. */
@NullMarked
package dev.flightgate.server.auth.configured;

import org.jspecify.annotations.NullMarked;

package dev.flightgate.server.auth.configured;

import dev.flightgate.server.config.GatewayConfig.ClientIdentity;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * The part of a certificate that names its user. One that has the part several times names nobody,
 * as it would be chance whom.
 */
final class CertificateName {

  // RFC 5280, section 4.2.1.6.
  private static final int EMAIL = 1;
  private static final int DNS = 2;
  private static final int URI = 6;

  private CertificateName() {}

  /** The user's name; empty if the certificate has no such part, or several. */
  static Optional<String> of(X509Certificate certificate, ClientIdentity part) {
    List<String> names =
        switch (part) {
          case NONE -> List.of();
          case SUBJECT_CN -> commonNames(certificate);
          case SAN_DNS -> alternatives(certificate, DNS);
          case SAN_EMAIL -> alternatives(certificate, EMAIL);
          case SAN_URI -> alternatives(certificate, URI);
        };
    return names.size() == 1 && !names.get(0).isBlank()
        ? Optional.of(names.get(0))
        : Optional.empty();
  }

  private static List<String> commonNames(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
      for (Rdn rdn : subject.getRdns()) {
        if (rdn.getType().equalsIgnoreCase("CN") && rdn.getValue() instanceof String name) {
          names.add(name);
        }
      }
      return names;
    } catch (InvalidNameException e) {
      return List.of();
    }
  }

  private static List<String> alternatives(X509Certificate certificate, int kind) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
        if (Integer.valueOf(kind).equals(alternative.get(0))
            && alternative.get(1) instanceof String name) {
          names.add(name);
        }
      }
      return names;
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }
}

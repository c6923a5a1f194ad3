package dev.flightgate.server.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that its owner alone can read, and the full ones before it: {@code F.1} is the
 * newest of those. A line is there whole or not at all, and a failure is thrown, which logging
 * libraries do not do. One thread; one process, which the file is locked for.
 */
final class AuditFile implements AutoCloseable {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private static final Set<OpenOption> APPEND_OR_CREATE =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

  private final Path path;
  private final long bytesMax;
  private final int filesMax;
  private FileChannel channel;
  private long size;
  // The channel's file has its next name already, and a new one could not be opened yet.
  private boolean retired;

  private AuditFile(Path path, long bytesMax, int filesMax) throws IOException {
    this.path = path;
    this.bytesMax = bytesMax;
    this.filesMax = filesMax;
    this.channel = openChannel(path);
    this.size = channel.size();
  }

  /**
   * Opens the file to go on with it, or makes it.
   *
   * @param bytesMax how large a file becomes; a longer line has one for itself
   * @param filesMax how many files are kept, with this one
   */
  static AuditFile open(Path path, long bytesMax, int filesMax) throws IOException {
    AuditFile file = new AuditFile(path, bytesMax, filesMax);
    try {
      file.endLastLine();
      return file;
    } catch (IOException | RuntimeException e) {
      file.channel.close();
      throw e;
    }
  }

  private static FileChannel openChannel(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, APPEND_OR_CREATE, ownerOnly(path));
    try {
      PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
      if (view != null) {
        view.setPermissions(OWNER_ONLY); // of a file that was there before
      }
      lock(channel, path);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  /** Held until the channel is closed. */
  private static void lock(FileChannel channel, Path path) throws IOException {
    FileLock lock = tryLock(channel);
    if (lock == null) {
      throw new IOException("another gateway writes to " + path);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException inThisProcess) {
      return null;
    }
  }

  /** What a machine that lost its power left of a line stays a line of its own. */
  private void endLastLine() throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    if (size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n') {
      write(new byte[] {'\n'});
    }
  }

  /**
   * Adds a line, after which it is the operating system's to keep.
   *
   * @param line with its end
   * @throws IOException if it cannot; nothing of it is there then, and the same can be tried again
   */
  void append(byte[] line) throws IOException {
    if (retired || (size > 0 && size + line.length > bytesMax)) {
      rotate();
    }
    write(line);
  }

  private void write(byte[] line) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(line);
    try {
      while (rest.hasRemaining()) {
        channel.write(rest, size + rest.position());
      }
    } catch (IOException e) {
      try {
        channel.truncate(size);
      } catch (IOException again) {
        e.addSuppressed(again); // the next attempt writes over it
      }
      throw e;
    }
    size += line.length;
  }

  private void rotate() throws IOException {
    if (!retired) {
      for (int number = filesMax - 1; number > 1; number--) {
        move(numbered(number - 1), numbered(number));
      }
      move(path, numbered(1));
      retired = true;
    }
    FileChannel next = openChannel(path);
    FileChannel full = channel;
    channel = next;
    size = next.size();
    retired = false;
    full.close();
  }

  private Path numbered(int number) {
    return path.resolveSibling(path.getFileName() + "." + number);
  }

  private static void move(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

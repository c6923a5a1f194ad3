package dev.flightgate.server.flight;

import com.google.protobuf.Message;
import dev.flightgate.server.flight.Calls.Call;
import dev.flightgate.server.flight.wire.UploadGuard;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutUpdateResult;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Answers DoPut calls: exactly one PutResult, then the end; or an error. */
final class UploadAnswers {

  private UploadAnswers() {}

  /** Does the work and answers the rows it changed, as a DoPutUpdateResult. */
  static void answer(Calls calls, StreamListener<PutResult> client, ToLongFunction<Call> work) {
    answerMessage(
        calls,
        client,
        call -> DoPutUpdateResult.newBuilder().setRecordCount(work.applyAsLong(call)).build());
  }

  /** Does the work and answers the message it makes. */
  static void answerMessage(
      Calls calls, StreamListener<PutResult> client, Function<Call, Message> work) {
    UploadGuard.Upload upload = UploadGuard.KEY.get();
    try {
      calls.answer(
          call -> {
            if (upload != null) {
              call.cancellation().onCancel(upload::abort);
            }
            byte[] message = work.apply(call).toByteArray();
            send(client, message, call.session().allocator());
            return true;
          });
    } catch (FlightRuntimeException e) {
      client.onError(e);
      return;
    }
    client.onCompleted();
  }

  private static void send(
      StreamListener<PutResult> client, byte[] message, BufferAllocator allocator) {
    try (ArrowBuf buffer = allocator.buffer(Math.max(1, message.length))) {
      buffer.writeBytes(message);
      // The listener copies the bytes before it returns, and leaves the buffer to us.
      client.onNext(PutResult.metadata(buffer));
    }
  }
}

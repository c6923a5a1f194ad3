package dev.flightgate.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.flatbuffers.FlatBufferBuilder;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import dev.flightgate.server.RunningGateway;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Uploads made to do harm: each would hang a thread, leak memory, or let an engine read memory that
 * is not the upload's, if it were loaded.
 */
class RefusedUploadsTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void theUploadItself_isTaken(String database) throws Exception {
    assertThat(ingest(database, Uploads.flat()).getCode()).isEqualTo(Status.Code.OK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void batchBeforeTheSchema_isInvalid(String database) throws Exception {
    List<FlightData> messages = new ArrayList<>(Uploads.flat());
    messages.remove(0);
    assertInvalid(ingest(database, messages), "before the schema");
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void schemaTwice_isInvalid(String database) throws Exception {
    List<FlightData> messages = new ArrayList<>(Uploads.flat());
    messages.add(2, messages.get(0));
    assertInvalid(ingest(database, messages), "twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void offsetBehindTheTexts_isInvalid(String database) throws Exception {
    assertInvalid(ingest(database, withOffset(20, Integer.MAX_VALUE)), "behind its data");
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void offsetThatDescends_isInvalid(String database) throws Exception {
    assertInvalid(ingest(database, withOffset(5, -1)), "descend");
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void bodyCutOff_isInvalid(String database) throws Exception {
    List<FlightData> messages = new ArrayList<>(Uploads.flat());
    FlightData batch = messages.get(1);
    messages.set(1, batch.toBuilder().setDataBody(batch.getDataBody().substring(0, 64)).build());
    assertInvalid(ingest(database, messages), "outside of the body");
  }

  /** What would be missing lies in memory that holds other uploads' rows. */
  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void bodyThatLacksItsLastByte_isInvalid(String database) throws Exception {
    List<FlightData> messages = new ArrayList<>(Uploads.flat());
    FlightData batch = messages.get(1);
    Buffer last = batch(batch).buffers(batch(batch).buffersLength() - 1);
    int cut = (int) (last.offset() + last.length()) - 1;
    assertThat(Integer.highestOneBit(cut)).as("what allocators round up to").isLessThan(cut);
    messages.set(1, batch.toBuilder().setDataBody(batch.getDataBody().substring(0, cut)).build());
    assertInvalid(ingest(database, messages), "outside of the body");
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void textThatIsNotUtf8_isInvalid(String database) throws Exception {
    List<FlightData> messages = new ArrayList<>(Uploads.flat());
    byte[] body = messages.get(1).getDataBody().toByteArray();
    long texts = batch(messages.get(1)).buffers(4).offset();
    body[(int) texts + 1] = (byte) 0xff;
    messages.set(1, messages.get(1).toBuilder().setDataBody(ByteString.copyFrom(body)).build());
    assertInvalid(ingest(database, messages), "UTF-8");
  }

  static List<Field> columnsThatNoUploadHas() {
    Field item = Field.nullable("item", new ArrowType.Int(32, true));
    return List.of(
        column(new ArrowType.Decimal(9, 2, 32)),
        column(new ArrowType.Decimal(18, 2, 64)),
        column(ArrowType.ListView.INSTANCE, item),
        column(ArrowType.LargeListView.INSTANCE, item),
        column(new ArrowType.Union(UnionMode.Dense, new int[] {0}), item),
        column(ArrowType.List.INSTANCE, column(new ArrowType.Decimal(9, 2, 32))));
  }

  private static Field column(ArrowType type, Field... children) {
    return new Field("c", FieldType.nullable(type), List.of(children));
  }

  @ParameterizedTest
  @MethodSource("columnsThatNoUploadHas")
  void typeThatCannotBeTaken_isUnimplementedAndSaysWhich(Field column) throws Exception {
    ByteBuffer schema =
        MessageSerializer.serializeMetadata(new Schema(List.of(column)), IpcOption.DEFAULT);
    Status status = ingest("main", List.of(message(schema)));
    assertThat(status.getCode()).as("%s", status).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(status.getDescription())
        .contains("\"c\": values of ")
        .contains("cannot be uploaded");
  }

  @Test
  void dictionaryThatGrows_isUnimplemented() throws Exception {
    List<FlightData> messages = new ArrayList<>(Uploads.encoded());
    Message sent = Message.getRootAsMessage(messages.get(1).getDataHeader().asReadOnlyByteBuffer());
    long id = ((DictionaryBatch) sent.header(new DictionaryBatch())).id();
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int delta = DictionaryBatch.createDictionaryBatch(builder, id, 0, true);
    builder.finish(
        Message.createMessage(builder, sent.version(), MessageHeader.DictionaryBatch, delta, 0, 0));
    messages.add(2, message(builder.dataBuffer()));
    Status status = ingest("main", messages);
    assertThat(status.getCode()).as("%s", status).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(status.getDescription()).contains("dictionaries cannot grow");
  }

  private static FlightData message(ByteBuffer header) {
    return FlightData.newBuilder().setDataHeader(ByteString.copyFrom(header)).build();
  }

  /** The values of one column would be read as what the other column is. */
  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void dictionaryOfTwoTypes_isInvalid(String database) throws Exception {
    DictionaryEncoding shared = new DictionaryEncoding(1, false, new ArrowType.Int(32, true));
    Schema schema =
        new Schema(
            List.of(
                new Field("texts", new FieldType(true, ArrowType.Utf8.INSTANCE, shared), null),
                new Field("n", new FieldType(true, new ArrowType.Int(64, true), shared), null)));
    ByteString header =
        ByteString.copyFrom(MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT));
    assertInvalid(
        ingest(database, List.of(FlightData.newBuilder().setDataHeader(header).build())),
        "columns \"texts\" and \"n\" share dictionary 1, but have different types");
  }

  private static void assertInvalid(Status status, String why) {
    assertThat(status.getCode()).as("%s", status).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).contains(why);
  }

  /** The first batch with another number among the offsets of its column of texts. */
  private static List<FlightData> withOffset(int which, int offset) throws Exception {
    List<FlightData> messages = new ArrayList<>(Uploads.flat());
    FlightData batch = messages.get(1);
    byte[] body = batch.getDataBody().toByteArray();
    // Buffers 0 and 1 are the numbers', 2 to 4 the texts' validity, offsets and bytes.
    int at = (int) batch(batch).buffers(3).offset() + which * Integer.BYTES;
    ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).putInt(at, offset);
    messages.set(1, batch.toBuilder().setDataBody(ByteString.copyFrom(body)).build());
    return messages;
  }

  private static RecordBatch batch(FlightData data) {
    Message message = Message.getRootAsMessage(data.getDataHeader().asReadOnlyByteBuffer());
    return (RecordBatch) message.header(new RecordBatch());
  }

  private static Status ingest(String database, List<FlightData> messages) throws Exception {
    CommandStatementIngest command =
        CommandStatementIngest.newBuilder()
            .setTable("refused")
            .setTableDefinitionOptions(
                TableDefinitionOptions.newBuilder()
                    .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE)
                    .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_REPLACE))
            .build();
    FlightDescriptor descriptor =
        FlightDescriptor.newBuilder()
            .setType(FlightDescriptor.DescriptorType.CMD)
            .setCmd(Any.pack(command).toByteString())
            .build();
    List<byte[]> sent = new ArrayList<>();
    sent.add(FlightData.newBuilder().setFlightDescriptor(descriptor).build().toByteArray());
    messages.forEach(message -> sent.add(message.toByteArray()));
    Metadata headers = new Metadata();
    headers.put(key("authorization"), "Bearer " + RunningGateway.TOKEN);
    headers.put(key("database"), database);
    try (RawCalls calls = new RawCalls(gateway)) {
      return calls.call("DoPut", headers, sent);
    }
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}

// Proofs that the Go ADBC driver of Flight SQL works with a gateway: HOST PORT USER PASSWORD.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-adbc/go/adbc"
	"github.com/apache/arrow-adbc/go/adbc/driver/flightsql"
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

var (
	uri, user, password string

	table   = fmt.Sprintf("go adbc %d", os.Getpid())
	quoted  = `"` + table + `"`
	endless = map[string]string{
		"main": "SELECT range AS n FROM range(1000000000000)",
		"lite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
	}
)

// A client is one connection.
type client struct {
	ctx      context.Context
	database adbc.Database
	adbc.Connection
}

func connect(ctx context.Context, database, secret string) (*client, error) {
	opened, err := flightsql.NewDriver(memory.DefaultAllocator).NewDatabase(map[string]string{
		adbc.OptionKeyURI:                                uri,
		adbc.OptionKeyUsername:                           user,
		adbc.OptionKeyPassword:                           secret,
		flightsql.OptionRPCCallHeaderPrefix + "database": database,
	})
	if err != nil {
		return nil, err
	}
	if logging, ok := opened.(adbc.DatabaseLogging); ok { // the driver's log is not the proofs'
		logging.SetLogger(slog.New(slog.DiscardHandler))
	}
	connection, err := opened.Open(ctx)
	if err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return &client{ctx, opened, connection}, nil
}

func (c *client) close() error {
	return errors.Join(c.Connection.Close(), c.database.Close())
}

// with runs the work on a statement of its own.
func (c *client) with(sql string, work func(adbc.Statement) error) (err error) {
	statement, err := c.NewStatement()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, statement.Close()) }()
	if sql != "" {
		if err := statement.SetSqlQuery(sql); err != nil {
			return err
		}
	}
	return work(statement)
}

func (c *client) update(sql string) (count int64, err error) {
	err = c.with(sql, func(statement adbc.Statement) error {
		count, err = statement.ExecuteUpdate(c.ctx)
		return err
	})
	return count, err
}

// query answers the rows, cells joined by a bar.
func (c *client) query(sql string) (rows []string, err error) {
	err = c.with(sql, func(statement adbc.Statement) error {
		rows, err = read(statement.ExecuteQuery(c.ctx))
		return err
	})
	return rows, err
}

func read(reader array.RecordReader, _ int64, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer reader.Release()
	var rows []string
	for reader.Next() {
		batch := reader.RecordBatch()
		for row := range int(batch.NumRows()) {
			var cells []string
			for _, column := range batch.Columns() {
				cells = append(cells, column.ValueStr(row))
			}
			rows = append(rows, strings.Join(cells, "|"))
		}
	}
	return rows, reader.Err()
}

func (c *client) expect(sql string, rows ...string) error {
	actual, err := c.query(sql)
	if err != nil {
		return err
	}
	return equal(sql, strings.Join(actual, ", "), strings.Join(rows, ", "))
}

func batch(ids []int64, names []string) arrow.RecordBatch {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "name", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil)
	builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer builder.Release()
	builder.Field(0).(*array.Int64Builder).AppendValues(ids, nil)
	for _, name := range names {
		text := builder.Field(1).(*array.StringBuilder)
		if name == "" {
			text.AppendNull()
		} else {
			text.Append(name)
		}
	}
	return builder.NewRecordBatch()
}

func equal[T comparable](what string, actual, expected T) error {
	if actual != expected {
		return fmt.Errorf("%s should be %v and is %v", what, expected, actual)
	}
	return nil
}

func fails(what string, err error, statuses ...adbc.Status) error {
	var failure adbc.Error
	if !errors.As(err, &failure) {
		return fmt.Errorf("%s should fail with %v and gives %v", what, statuses, err)
	}
	if failure.Msg == "" {
		return fmt.Errorf("%s fails without a message", what)
	}
	if !slices.Contains(statuses, failure.Code) {
		return fmt.Errorf("%s should fail with %v and fails with %v: %s", what, statuses, failure.Code, failure.Msg)
	}
	return nil
}

// first answers the first error; later steps are not taken after it.
func first(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (c *client) changes(count int64, sql string) func() error {
	return func() error {
		actual, err := c.update(sql)
		if err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
		if count >= 0 {
			return equal("the count of "+sql, actual, count)
		}
		return nil
	}
}

func (c *client) shows(sql string, rows ...string) func() error {
	return func() error { return c.expect(sql, rows...) }
}

func proveConnect(c *client, database string) error {
	reader, err := c.GetInfo(c.ctx, []adbc.InfoCode{adbc.InfoVendorName})
	info, err := read(reader, 0, err)
	if err != nil {
		return err
	}
	if len(info) != 1 || !strings.Contains(info[0], "Flightgate") {
		return fmt.Errorf("the vendor should be Flightgate and is %v", info)
	}
	return c.expect("SELECT 1", "1")
}

func proveWrongPassword(c *client, database string) error {
	stranger, err := connect(c.ctx, database, password+" not")
	if err == nil {
		_, err = stranger.query("SELECT 1")
		err = errors.Join(err, stranger.close())
	}
	return fails("a wrong password", err, adbc.StatusUnauthenticated)
}

func proveParameters(c *client, database string) error {
	return c.with("SELECT ? * 10 AS n, ? AS t", func(statement adbc.Statement) error {
		if err := statement.Prepare(c.ctx); err != nil {
			return err
		}
		parameters, err := statement.GetParameterSchema()
		if err != nil {
			return err
		}
		if err := equal("the count of parameters", parameters.NumFields(), 2); err != nil {
			return err
		}
		for range 2 { // one handle runs many times
			bound := batch([]int64{1, 2}, []string{"a", ""})
			err := statement.Bind(c.ctx, bound)
			bound.Release()
			if err != nil {
				return err
			}
			rows, err := read(statement.ExecuteQuery(c.ctx))
			if err != nil {
				return err
			}
			if err := equal("the rows", strings.Join(rows, ", "), "10|a, 20|(null)"); err != nil {
				return err
			}
		}
		return nil
	})
}

func proveUpdate(c *client, database string) error {
	prepared := func() error {
		return c.with("INSERT INTO "+quoted+" VALUES (?, ?)", func(statement adbc.Statement) error {
			if err := statement.Prepare(c.ctx); err != nil {
				return err
			}
			bound := batch([]int64{3, 4}, []string{"three", ""})
			defer bound.Release()
			if err := statement.Bind(c.ctx, bound); err != nil {
				return err
			}
			count, err := statement.ExecuteUpdate(c.ctx)
			if err != nil {
				return err
			}
			return equal("the count of a prepared update", count, 2)
		})
	}
	return first(
		c.changes(-1, "DROP TABLE IF EXISTS "+quoted),
		c.changes(-1, "CREATE TABLE "+quoted+" (id INTEGER PRIMARY KEY, name TEXT)"),
		c.changes(2, "INSERT INTO "+quoted+" VALUES (1, 'one'), (2, 'two')"),
		prepared,
		func() error { // on the query path it runs once too
			_, err := c.query("INSERT INTO " + quoted + " VALUES (5, 'five')")
			return err
		},
		c.shows("SELECT id, name FROM "+quoted+" ORDER BY id",
			"1|one", "2|two", "3|three", "4|(null)", "5|five"),
	)
}

func proveTransaction(c *client, database string) error {
	other, err := connect(c.ctx, database, password)
	if err != nil {
		return err
	}
	options := c.Connection.(adbc.PostInitOptions)
	count := "SELECT count(*) FROM " + quoted
	err = first(
		func() error { return options.SetOption(adbc.OptionKeyAutoCommit, adbc.OptionValueDisabled) },
		c.changes(1, "INSERT INTO "+quoted+" VALUES (100, 'rolled back')"),
		c.shows(count, "6"),
		other.shows(count, "5"),
		func() error { return c.Rollback(c.ctx) },
		c.shows(count, "5"),
		c.changes(1, "INSERT INTO "+quoted+" VALUES (101, 'committed')"),
		func() error { return c.Commit(c.ctx) },
		other.shows(count, "6"),
		func() error { return options.SetOption(adbc.OptionKeyAutoCommit, adbc.OptionValueEnabled) },
	)
	return errors.Join(err, other.close())
}

func (c *client) ingest(into, mode string, rows int) (count int64, err error) {
	ids := make([]int64, rows)
	names := make([]string, rows)
	for row := range rows {
		ids[row] = int64(row)
		names[row] = fmt.Sprintf("n%d", row)
	}
	bound := batch(ids, names)
	defer bound.Release()
	err = c.with("", func(statement adbc.Statement) error {
		return first(
			func() error { return statement.SetOption(adbc.OptionKeyIngestTargetTable, into) },
			func() error { return statement.SetOption(adbc.OptionKeyIngestMode, mode) },
			func() error { return statement.Bind(c.ctx, bound) },
			func() error {
				count, err = statement.ExecuteUpdate(c.ctx)
				return err
			},
		)
	})
	return count, err
}

func (c *client) ingests(into, mode string, rows int) func() error {
	return func() error {
		count, err := c.ingest(into, mode, rows)
		if err != nil {
			return err
		}
		return equal("the rows of "+mode, count, int64(rows))
	}
}

func proveIngest(c *client, database string) error {
	into := table + " ingested"
	count := `SELECT count(*), max(id), max(name) FROM "` + into + `"`
	return first(
		c.ingests(into, adbc.OptionValueIngestModeCreate, 10_000),
		c.shows(count, "10000|9999|n9999"),
		func() error {
			_, err := c.ingest(into, adbc.OptionValueIngestModeCreate, 1)
			return fails("create on an existing table", err, adbc.StatusAlreadyExists)
		},
		c.ingests(into, adbc.OptionValueIngestModeAppend, 10),
		c.shows(count, "10010|9999|n9999"),
		func() error {
			_, err := c.ingest(table+" missing", adbc.OptionValueIngestModeAppend, 1)
			return fails("append to a missing table", err, adbc.StatusNotFound)
		},
		c.ingests(into, adbc.OptionValueIngestModeReplace, 3),
		c.ingests(into, adbc.OptionValueIngestModeCreateAppend, 2),
		c.shows(count, "5|2|n2"),
		c.changes(-1, `DROP TABLE "`+into+`"`),
	)
}

func proveMetadata(c *client, database string) error {
	schema, err := c.GetTableSchema(c.ctx, nil, nil, table)
	if err != nil {
		return err
	}
	if err := equal("the columns", fmt.Sprintf("%d %s %s", schema.NumFields(), schema.Field(0).Name, schema.Field(1).Name), "2 id name"); err != nil {
		return err
	}
	reader, err := c.GetTableTypes(c.ctx)
	types, err := read(reader, 0, err)
	if err != nil {
		return err
	}
	if !slices.Contains(types, "TABLE") || !slices.Contains(types, "VIEW") {
		return fmt.Errorf("the table types should be TABLE and VIEW and are %v", types)
	}
	reader, err = c.GetObjects(c.ctx, adbc.ObjectDepthAll, nil, nil, &table, nil, nil)
	objects, err := read(reader, 0, err)
	if err != nil {
		return err
	}
	if all := strings.Join(objects, "\n"); !strings.Contains(all, table) {
		return fmt.Errorf("the table is not among the objects %s", all)
	}
	return nil
}

func proveErrors(c *client, database string) error {
	for sql, status := range map[string]adbc.Status{
		"SELEC 1":                       adbc.StatusInvalidArgument,
		"SELECT nothing FROM " + quoted: adbc.StatusInvalidArgument,
		fmt.Sprintf("SELECT * FROM missing_%d", os.Getpid()): adbc.StatusNotFound,
		"CREATE TABLE " + quoted + " (id INTEGER)":           adbc.StatusAlreadyExists,
	} {
		_, err := c.query(sql)
		if err := fails(sql, err, status); err != nil {
			return err
		}
	}
	_, err := c.update("INSERT INTO " + quoted + " VALUES (1, 'again')")
	if err := fails("a duplicate", err, adbc.StatusAlreadyExists, adbc.StatusInvalidArgument); err != nil {
		return err
	}
	return c.expect("SELECT 1", "1")
}

func proveCancel(c *client, database string) error {
	for _, fetched := range []bool{false, true} {
		err := c.with(endless[database], func(statement adbc.Statement) error {
			ctx, cancel := context.WithCancel(c.ctx)
			defer cancel()
			reader, _, err := statement.ExecuteQuery(ctx)
			if err != nil {
				return err
			}
			defer reader.Release()
			if fetched && !reader.Next() {
				return fmt.Errorf("there is no first batch: %w", reader.Err())
			}
			cancel()
			for reader.Next() {
			}
			if errors.Is(reader.Err(), context.Canceled) {
				return nil
			}
			return fails("what was cancelled", reader.Err(), adbc.StatusCancelled)
		})
		if err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(c.ctx, 500*time.Millisecond)
	defer cancel()
	err := c.with("SELECT count(*) FROM ("+endless[database]+") AS e", func(statement adbc.Statement) error {
		_, err := read(statement.ExecuteQuery(ctx))
		if err == nil {
			return errors.New("an endless query ends")
		}
		if errors.Is(err, context.DeadlineExceeded) {
			return nil
		}
		return fails("a query past its deadline", err, adbc.StatusTimeout, adbc.StatusCancelled)
	})
	if err != nil {
		return err
	}
	return c.expect("SELECT 1", "1")
}

func proveCleanUp(c *client, database string) error {
	_, err := c.update("DROP TABLE " + quoted)
	return err
}

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: go-adbc HOST PORT USER PASSWORD")
		os.Exit(2)
	}
	uri = "grpc://" + os.Args[1] + ":" + os.Args[2]
	user, password = os.Args[3], os.Args[4]
	proofs := []struct {
		name  string
		prove func(*client, string) error
	}{
		{"connect", proveConnect},
		{"wrong password is refused", proveWrongPassword},
		{"query with parameters", proveParameters},
		{"update", proveUpdate},
		{"transaction", proveTransaction},
		{"bulk ingest", proveIngest},
		{"metadata", proveMetadata},
		{"error status", proveErrors},
		{"cancel", proveCancel},
		{"clean up", proveCleanUp},
	}
	for _, database := range []string{"main", "lite"} {
		for _, proof := range proofs {
			if err := run(database, proof.prove); err != nil {
				fmt.Printf("FAILED  %s (%s): %v\n", proof.name, database, err)
				os.Exit(1)
			}
			fmt.Printf("ok  %s (%s)\n", proof.name, database)
		}
	}
}

// run proves with a connection of its own, within a minute.
func run(database string, prove func(*client, string) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := connect(ctx, database, password)
	if err != nil {
		return err
	}
	return errors.Join(prove(c, database), c.close())
}

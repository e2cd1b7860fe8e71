package sqldb

import "context"

// Scan reads the columns of a row, as in database/sql.
type Scan = func(dest ...any) error

// List gives what each row of a query is.
func List[T any](
	ctx context.Context, db DB, text string, args []any, row func(scan Scan) (T, error),
) (all []T, err error) {
	err = db.Query(ctx, text, args, func(scan func(...any) error) error {
		v, err := row(scan)
		all = append(all, v)
		return err
	})
	return all, err
}

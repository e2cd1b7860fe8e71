PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE river_leader (
    elected_at timestamp NOT NULL,
    expires_at timestamp NOT NULL,
    leader_id text NOT NULL,
    name text PRIMARY KEY NOT NULL DEFAULT 'default' CHECK (name = 'default'),
    CONSTRAINT name_length CHECK (length(name) > 0 AND length(name) < 128),
    CONSTRAINT leader_id_length CHECK (length(leader_id) > 0 AND length(leader_id) < 128)
);
CREATE TABLE river_migration (
    line text NOT NULL,
    version integer NOT NULL,
    created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT line_length CHECK (length(line) > 0 AND length(line) < 128),
    CONSTRAINT version_gte_1 CHECK (version >= 1),
    PRIMARY KEY (line, version)
);
INSERT INTO river_migration VALUES('main',1,'2026-11-30 07:59:36');
INSERT INTO river_migration VALUES('main',2,'2026-11-30 07:59:36');
INSERT INTO river_migration VALUES('main',3,'2026-11-30 07:59:36');
INSERT INTO river_migration VALUES('main',4,'2026-11-30 07:59:36');
INSERT INTO river_migration VALUES('main',5,'2026-11-30 07:59:36');
INSERT INTO river_migration VALUES('main',6,'2026-11-30 07:59:36');
INSERT INTO river_migration VALUES('main',7,'2026-11-30 07:59:36');
INSERT INTO river_migration VALUES('main',8,'2026-11-30 07:59:36');
CREATE TABLE river_notification (
    id integer PRIMARY KEY AUTOINCREMENT,
    created_at timestamp NOT NULL DEFAULT (datetime('now', 'subsec')),
    payload text NOT NULL,
    topic text NOT NULL,
    CONSTRAINT topic_length CHECK (length(topic) > 0 AND length(topic) < 128)
);
CREATE TABLE river_queue (
    name text PRIMARY KEY NOT NULL,
    created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    metadata blob NOT NULL DEFAULT (jsonb('{}')),
    paused_at timestamp,
    updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE river_job (
    id integer PRIMARY KEY AUTOINCREMENT,
    args blob NOT NULL DEFAULT (jsonb('{}')),
    attempt integer NOT NULL DEFAULT 0,
    attempted_at timestamp,
    attempted_by blob, -- json
    created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    errors blob, -- json
    finalized_at timestamp,
    kind text NOT NULL,
    max_attempts integer NOT NULL DEFAULT 25,
    metadata blob NOT NULL DEFAULT (jsonb('{}')),
    priority integer NOT NULL DEFAULT 1,
    queue text NOT NULL DEFAULT 'default',
    state text NOT NULL DEFAULT 'available',
    scheduled_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    tags blob NOT NULL DEFAULT (jsonb('[]')),
    unique_key blob,
    unique_states integer,
    CONSTRAINT finalized_or_finalized_at_null CHECK (
        (finalized_at IS NULL AND state NOT IN ('cancelled', 'completed', 'discarded')) OR
        (finalized_at IS NOT NULL AND state IN ('cancelled', 'completed', 'discarded'))
    ),
    CONSTRAINT priority_in_range CHECK (priority >= 1 AND priority <= 4),
    CONSTRAINT queue_length CHECK (length(queue) > 0 AND length(queue) < 128),
    CONSTRAINT kind_length CHECK (length(kind) > 0 AND length(kind) < 128),
    CONSTRAINT state_valid CHECK (state IN ('available', 'cancelled', 'completed', 'discarded', 'pending', 'retryable', 'running', 'scheduled'))
);
CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO goose_db_version VALUES(1,0,1,'2026-11-30 07:59:36');
INSERT INTO goose_db_version VALUES(2,1,1,'2026-11-30 07:59:36');
CREATE TABLE orders (
    id         integer PRIMARY KEY AUTOINCREMENT,
    source     text NOT NULL UNIQUE,
    platform   text NOT NULL,
    chat       text NOT NULL,
    message    text NOT NULL,
    lang       text NOT NULL,
    photo_ref  text NOT NULL,
    photo_name text NOT NULL,
    placed     integer NOT NULL,
    changed    integer NOT NULL,
    status     text NOT NULL CHECK (status IN ('open', 'delivered', 'failed', 'cancelled', 'parked')),
    since      integer NOT NULL,
    step       text NOT NULL CHECK (step IN ('fetch', 'animate', 'render', 'deliver')),
    phase      text NOT NULL CHECK (phase IN ('ready', 'begun', 'waiting', 'unknown')),
    version    integer NOT NULL,
    due        integer NOT NULL,
    alarm      integer NOT NULL,
    alarm_due  integer NOT NULL,
    attempt    integer NOT NULL CHECK (attempt >= 0),
    again      integer NOT NULL CHECK (again >= 0),
    reason     text NOT NULL,
    detail     text NOT NULL,
    photo_key  text NOT NULL,
    clip_key   text NOT NULL,
    call_id    text NOT NULL,
    remote     text NOT NULL,
    progress   real NOT NULL,
    told       text NOT NULL,
    cut        integer NOT NULL CHECK (cut > 0)
);
CREATE TABLE cuts (
    order_id  integer NOT NULL REFERENCES orders,
    n         integer NOT NULL,
    words     text NOT NULL, -- JSON
    look      text NOT NULL,
    music     text NOT NULL,
    short_key text NOT NULL,
    receipt   text NOT NULL,
    PRIMARY KEY (order_id, n)
);
CREATE TABLE history (
    order_id integer NOT NULL REFERENCES orders,
    version  integer NOT NULL,
    at       integer NOT NULL,
    status   text NOT NULL,
    step     text NOT NULL,
    phase    text NOT NULL,
    attempt  integer NOT NULL,
    note     text NOT NULL,
    PRIMARY KEY (order_id, version)
);
CREATE TABLE calls (
    id        text PRIMARY KEY,
    order_id  integer NOT NULL REFERENCES orders,
    cut       integer NOT NULL,
    step      text NOT NULL,
    provider  text NOT NULL,
    state     text NOT NULL CHECK (state IN ('begun', 'void', 'known', 'settled', 'refunded', 'unknown')),
    remote    text NOT NULL,
    estimated integer NOT NULL,
    settled   integer NOT NULL,
    begun     integer NOT NULL,
    ended     integer NOT NULL
);
CREATE TABLE limits (
    name text PRIMARY KEY,
    used text NOT NULL
);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('river_job',0);
INSERT INTO sqlite_sequence VALUES('goose_db_version',2);
CREATE INDEX river_notification_created_at_idx ON river_notification (created_at);
CREATE INDEX river_notification_topic_id_idx ON river_notification (topic, id);
CREATE INDEX river_job_kind ON river_job (kind);
CREATE INDEX river_job_state_and_finalized_at_index ON river_job (state, finalized_at) WHERE finalized_at IS NOT NULL;
CREATE INDEX river_job_prioritized_fetching_index ON river_job (state, queue, priority, scheduled_at, id);
CREATE UNIQUE INDEX river_job_unique_idx ON river_job (unique_key)
    WHERE unique_key IS NOT NULL
        AND unique_states IS NOT NULL
        AND CASE state
            WHEN 'available' THEN unique_states & (1 << 0)
            WHEN 'cancelled' THEN unique_states & (1 << 1)
            WHEN 'completed' THEN unique_states & (1 << 2)
            WHEN 'discarded' THEN unique_states & (1 << 3)
            WHEN 'pending'   THEN unique_states & (1 << 4)
            WHEN 'retryable' THEN unique_states & (1 << 5)
            WHEN 'running'   THEN unique_states & (1 << 6)
            WHEN 'scheduled' THEN unique_states & (1 << 7)
            ELSE 0
        END >= 1;
CREATE INDEX orders_late ON orders (due, id) WHERE status = 'open';
CREATE INDEX orders_recent ON orders (platform, chat, id);
CREATE INDEX calls_order ON calls (order_id);
COMMIT;

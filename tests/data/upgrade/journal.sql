BEGIN TRANSACTION;
CREATE TABLE faq_admin_events (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	what VARCHAR(40) NOT NULL, 
	outcome VARCHAR(16) NOT NULL, 
	detail TEXT NOT NULL, 
	CONSTRAINT pk_faq_admin_events PRIMARY KEY (id)
);
INSERT INTO "faq_admin_events" VALUES(1,'2026-11-30 07:59:26.256948','root','publish','done','- -> 5bfa88bb1c97');
CREATE TABLE faq_deliveries (
	id INTEGER NOT NULL, 
	"key" VARCHAR(200) NOT NULL, 
	lane VARCHAR(200) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	payload JSON, 
	handover_id VARCHAR(32), 
	state VARCHAR(16) NOT NULL, 
	planned_at DATETIME NOT NULL, 
	not_before DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	settled_at DATETIME, 
	receipt VARCHAR(200), 
	why TEXT, 
	CONSTRAINT pk_faq_deliveries PRIMARY KEY (id), 
	CONSTRAINT fk_faq_deliveries_handover_id_faq_handovers FOREIGN KEY(handover_id) REFERENCES faq_handovers (id) ON DELETE CASCADE, 
	CONSTRAINT uq_faq_deliveries_key UNIQUE ("key")
);
CREATE TABLE faq_feedback (
	question_id VARCHAR(32) NOT NULL, 
	person VARCHAR(32) NOT NULL, 
	mark VARCHAR(8) NOT NULL, 
	comment TEXT, 
	given_at DATETIME NOT NULL, 
	CONSTRAINT pk_faq_feedback PRIMARY KEY (question_id, person), 
	CONSTRAINT fk_faq_feedback_question_id_faq_questions FOREIGN KEY(question_id) REFERENCES faq_questions (id) ON DELETE CASCADE
);
CREATE TABLE faq_handover_steps (
	id INTEGER NOT NULL, 
	handover_id VARCHAR(32) NOT NULL, 
	"key" VARCHAR(200) NOT NULL, 
	at DATETIME NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_faq_handover_steps PRIMARY KEY (id), 
	CONSTRAINT fk_faq_handover_steps_handover_id_faq_handovers FOREIGN KEY(handover_id) REFERENCES faq_handovers (id) ON DELETE CASCADE, 
	CONSTRAINT uq_faq_handover_steps_key UNIQUE ("key")
);
CREATE TABLE faq_handovers (
	id VARCHAR(32) NOT NULL, 
	"key" VARCHAR(200) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	opened_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	user VARCHAR(200), 
	person VARCHAR(32), 
	category VARCHAR(200), 
	question TEXT NOT NULL, 
	said TEXT NOT NULL, 
	question_id VARCHAR(32), 
	CONSTRAINT pk_faq_handovers PRIMARY KEY (id), 
	CONSTRAINT uq_faq_handovers_key UNIQUE ("key")
);
CREATE TABLE faq_person_keys (
	month VARCHAR(7) NOT NULL, 
	secret_mark VARCHAR(16) NOT NULL, 
	"key" BLOB NOT NULL, 
	CONSTRAINT pk_faq_person_keys PRIMARY KEY (month, secret_mark)
);
INSERT INTO "faq_person_keys" VALUES('2025-06','c766f21daa9697eb',X'0000000000000000000000000000000000000000000000000000000000000000');
CREATE TABLE faq_questions (
	id VARCHAR(32) NOT NULL, 
	asked_at DATETIME NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	person VARCHAR(32), 
	text TEXT, 
	reply VARCHAR(16) NOT NULL, 
	entries JSON NOT NULL, 
	confidence FLOAT NOT NULL, 
	release VARCHAR(64) NOT NULL, 
	milliseconds FLOAT NOT NULL, follows BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_faq_questions PRIMARY KEY (id)
);
INSERT INTO "faq_questions" VALUES('9125641004bd48e88e6c4a83d5c11df0','2025-06-01 00:00:00.000000','slack-dm','359b485fcab04e51e4d6d868da6329d0','在宅勤務は週に何日できますか','answer','["remote-work"]',0.9,'0123456789ab',1.5,0);
CREATE TABLE faq_schema_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT faq_schema_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "faq_schema_version" VALUES('0002');
CREATE TABLE faq_sightings (
	"key" VARCHAR(200) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_faq_sightings PRIMARY KEY ("key")
);
CREATE TABLE faq_threads (
	"key" VARCHAR(200) NOT NULL, 
	topics JSON NOT NULL, 
	question TEXT NOT NULL, 
	person VARCHAR(32), 
	changed_at DATETIME NOT NULL, 
	CONSTRAINT pk_faq_threads PRIMARY KEY ("key")
);
CREATE INDEX ix_faq_questions_asked_at ON faq_questions (asked_at);
CREATE INDEX ix_faq_questions_person ON faq_questions (person);
CREATE INDEX ix_faq_handovers_state ON faq_handovers (state);
CREATE INDEX ix_faq_handovers_person ON faq_handovers (person);
CREATE INDEX ix_faq_handover_steps_handover_id ON faq_handover_steps (handover_id);
CREATE INDEX ix_faq_admin_events_at ON faq_admin_events (at);
CREATE INDEX ix_faq_deliveries_handover_id ON faq_deliveries (handover_id);
CREATE INDEX ix_faq_deliveries_receipt ON faq_deliveries (receipt);
CREATE INDEX ix_faq_deliveries_unsettled ON faq_deliveries (state, lane, id);
CREATE INDEX ix_faq_sightings_at ON faq_sightings (at);
CREATE INDEX ix_faq_threads_person ON faq_threads (person);
CREATE INDEX ix_faq_threads_changed_at ON faq_threads (changed_at);
COMMIT;

-- table des lots
CREATE TABLE lot (id BIGINT PRIMARY KEY, libelle VARCHAR(120), cree_le TIMESTAMP);
INSERT INTO lot VALUES (1001, 'premier', '2026-01-01 00:00:00');

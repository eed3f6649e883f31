--
-- PostgreSQL database dump
--

\restrict KCIv10NmMyTyKdHgSvdbhbJ666TatR5iGVj4Pk6bttMutMQhjH31nI4mquZjxNp

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: gestion; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA gestion;


ALTER SCHEMA gestion OWNER TO postgres;

--
-- Name: f(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.f() RETURNS text
    LANGUAGE sql
    AS $$ SELECT 'INSERT INTO faux VALUES (1);'::text; $$;


ALTER FUNCTION public.f() OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: adherents; Type: TABLE; Schema: gestion; Owner: postgres
--

CREATE TABLE gestion.adherents (
    id integer NOT NULL,
    nom text NOT NULL,
    "né le" date,
    nir character varying(15),
    solde numeric(10,2),
    actif boolean,
    note text
);


ALTER TABLE gestion.adherents OWNER TO postgres;

--
-- Name: TABLE adherents; Type: COMMENT; Schema: gestion; Owner: postgres
--

COMMENT ON TABLE gestion.adherents IS 'Fichier des adhérents; contact zoe.martin@exemple.fr';


--
-- Name: adherents_id_seq; Type: SEQUENCE; Schema: gestion; Owner: postgres
--

CREATE SEQUENCE gestion.adherents_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE gestion.adherents_id_seq OWNER TO postgres;

--
-- Name: adherents_id_seq; Type: SEQUENCE OWNED BY; Schema: gestion; Owner: postgres
--

ALTER SEQUENCE gestion.adherents_id_seq OWNED BY gestion.adherents.id;


--
-- Name: contrats; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.contrats (
    code text,
    adherent integer,
    "pièce" bytea
);


ALTER TABLE public.contrats OWNER TO postgres;

--
-- Name: vide; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.vide (
    a integer
);


ALTER TABLE public.vide OWNER TO postgres;

--
-- Name: adherents id; Type: DEFAULT; Schema: gestion; Owner: postgres
--

ALTER TABLE ONLY gestion.adherents ALTER COLUMN id SET DEFAULT nextval('gestion.adherents_id_seq'::regclass);


--
-- Data for Name: adherents; Type: TABLE DATA; Schema: gestion; Owner: postgres
--

INSERT INTO gestion.adherents (id, nom, "né le", nir, solde, actif, note) VALUES
	(1, 'Martin; Zoé', '1980-01-02', '280017500100151', 25.50, true, 'tabulation	ici
ligne deux \ barre'),
	(2, 'O''Neil', '1975-05-06', '175057500200286', -3.00, false, NULL);
INSERT INTO gestion.adherents (id, nom, "né le", nir, solde, actif, note) VALUES
	(3, 'Durand', NULL, NULL, NULL, NULL, ''),
	(4, 'Léa', '1990-02-03', '290027500300321', 0.00, true, '\N n''est pas NULL');


--
-- Data for Name: contrats; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.contrats (code, adherent, "pièce") VALUES
	('A1', 1, '\xdeadbeef'),
	('B2', 2, NULL);


--
-- Data for Name: vide; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- Name: adherents_id_seq; Type: SEQUENCE SET; Schema: gestion; Owner: postgres
--

SELECT pg_catalog.setval('gestion.adherents_id_seq', 4, true);


--
-- Name: adherents adherents_pkey; Type: CONSTRAINT; Schema: gestion; Owner: postgres
--

ALTER TABLE ONLY gestion.adherents
    ADD CONSTRAINT adherents_pkey PRIMARY KEY (id);


--
-- PostgreSQL database dump complete
--

\unrestrict KCIv10NmMyTyKdHgSvdbhbJ666TatR5iGVj4Pk6bttMutMQhjH31nI4mquZjxNp


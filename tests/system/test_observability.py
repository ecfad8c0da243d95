"""Metrics of every NF, and one trace from a user's words to the tool that serves them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from nfs.testbed import Testbed, TestbedConfig
from ue_sim import ProcedureRejected, UeConfig, attach


@pytest.fixture(scope="module")
def provider() -> TracerProvider:
    made = TracerProvider()
    trace.set_tracer_provider(made)
    return made


@pytest.fixture
def spans(provider: TracerProvider) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield exporter
    exporter.shutdown()


async def metrics(testbed: Testbed, nf: str) -> dict[str, float]:
    """Samples by name and labels, as a scraper without a token reads them."""
    found = testbed.nfs[nf]
    text = (await found.sbi.request("GET", f"{found.api_root}/metrics", authorize=False)).content
    return {
        sample.name + "".join(f" {k}={v}" for k, v in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


async def test_what_is_counted() -> None:
    async with Testbed(sockets=False) as testbed:
        async with attach(testbed.n2) as ue:
            assert (await ue.say("where is my phone")).status == "FULFILLED"
            amf, smf = await metrics(testbed, "amf"), await metrics(testbed, "smf")
        with pytest.raises(ProcedureRejected):
            async with attach(testbed.n2, UeConfig("imsi-999700000099999")):
                pass
        after = await metrics(testbed, "amf")
        agw, amc, iaf = [await metrics(testbed, nf) for nf in ("agw", "amc", "iaf")]
    prefix = "fivegs_amffunction_"
    assert amf[f"{prefix}rm_reginitreq_total"] == 1
    assert amf[f"{prefix}rm_reginitsucc_total"] == 1
    assert amf[f"{prefix}rm_regtime_count"] == 1
    assert amf[f"{prefix}rm_registeredsubnbr"] == 1
    assert amf[f"{prefix}amf_authreq_total"] == 1
    assert (amf["gnb"], amf["ran_ue"]) == (1, 1)
    assert smf["fivegs_smffunction_sm_sessionnbr"] == 1
    assert smf["fivegs_smffunction_sm_pdusessioncreationsucc_total"] == 1
    assert after[f"{prefix}rm_reginitreq_total"] == 2
    assert after[f"{prefix}rm_reginitfail_total cause=3"] == 1
    assert agw["agw_agents"] >= 5
    assert agw["agw_agent_registrations_total result=OK"] >= 5
    assert amc["amc_authorizations_total result=OK"] >= 5
    assert iaf["iaf_intents_total kind=location.get status=FULFILLED"] == 1
    assert iaf["sbi_requests_total method=POST service=niaf-intent status=201"] == 1


async def test_every_nf_has_metrics_and_no_label_is_a_callers_word() -> None:
    async with Testbed(sockets=False) as testbed:
        nrf = testbed.nfs["nrf"]
        for path in ('/evil"}1', "/nudm-sdm/v2/x"):
            with pytest.raises(Exception, match="40"):
                await nrf.sbi.request("GET", nrf.api_root + path, authorize=False)
        for name in testbed.nfs:
            await metrics(testbed, name)
            assert "sbi_request_seconds_count service=other" in await metrics(testbed, name)
        samples = await metrics(testbed, "nrf")
        services = {k.split("service=")[1].split(" ")[0] for k in samples if "service=" in k}
        assert "other" in services
        assert services <= {"nnrf-nfm", "nnrf-disc", "nnrf-callback", "other"}


@pytest.mark.parametrize("amf_agent", [False, True])
async def test_one_trace_from_the_intent_to_the_tool(
    spans: InMemorySpanExporter, amf_agent: bool
) -> None:
    config = TestbedConfig(amf={"agent_enabled": amf_agent})
    async with Testbed(config, sockets=False) as testbed, attach(testbed.n2) as ue:
        spans.clear()
        translated = await ue.say("translate 'where is the station' into German")
        assert translated.result_text == "Wo ist der Bahnhof?"
        finished = spans.get_finished_spans()
    names = {s.name: s.context.trace_id for s in finished if s.context is not None}
    root = names["nas UL NAS TRANSPORT"]
    for step in ("AGW nagw-routing", "AMC namc-credential", "AGENT tasks"):
        assert names[step] == root, step
    if not amf_agent:
        assert names["IAF niaf-intent"] == root

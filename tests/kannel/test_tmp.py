import pytest
from collections import Counter
from tests.kannel.test_failures import *
from tests.kannel.test_failures import sending, all_delivered
@pytest.mark.parametrize("n", range(4))
@pytest.mark.parametrize("how", ["stop","drop"])
def test_dup(gateway, unitel, smsc, n, how):
    gateway.queue(MANY)
    with sending(gateway, unitel):
        smsc.wait_for(100)
        smsc.stop() if how=="stop" else smsc.drop_the_bind()
    if how=="stop": smsc.start()
    try: all_delivered(gateway)
    finally: print("DUP", how, (received_by(smsc)-Counter(MANY)).total(), gateway.states())

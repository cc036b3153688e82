import { Button, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { fieldSentence } from '../../../api/problem';
import { Dialog } from '../../../components/Dialog';
import dialog from '../../../components/Dialog.module.css';
import forms from '../../../components/forms.module.css';
import { ProblemNotice } from '../../../components/Message';
import { useToast } from '../../../components/Toasts';
import { compareAmounts, parseAmount } from '../../../lib/amount';
import { formatDecimal } from '../../../lib/format';
import classes from './Paper.module.css';
import { type IssuedPaperRequest, useChangePaperRequest } from './queries';

const MOST_CHARACTERS = 500;

type Props = { request: IssuedPaperRequest; opened: boolean; onClose: () => void };

/** Tells what the copy costs and how to pay it; may be corrected until it is paid. */
export function PriceDialog({ request, opened, onClose }: Props) {
  const intl = useIntl();
  const toast = useToast();
  const change = useChangePaperRequest();
  const [price, setPrice] = useState(
    request.price ? formatDecimal(request.price, intl.locale, { min: 2, max: 2 }) : '',
  );
  const [currency, setCurrency] = useState(request.currency ?? 'EUR');
  const [instructions, setInstructions] = useState(request.instructions ?? '');
  const [isTold, setTold] = useState(false);
  const amount = parseAmount(price);
  const isGood = amount !== null && compareAmounts(amount, '0.00') > 0;

  const close = () => {
    change.reset();
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTold(true);
    if (!isGood) return;
    const said = instructions.trim() || null;
    change.mutate(
      {
        params: { path: { paper_request_id: request.id } },
        body: { price: amount, currency: currency.trim().toUpperCase(), instructions: said },
      },
      {
        onSuccess: () => {
          onClose();
          const { number } = request.document;
          toast({ text: intl.formatMessage({ id: 'paper_requests.priced_told' }, { number }) });
        },
      },
    );
  };

  return (
    <Dialog
      opened={opened}
      onClose={close}
      title={
        <FormattedMessage
          id="paper_requests.price_one"
          values={{ number: request.document.number }}
        />
      }
    >
      <p className={dialog.text}>
        <FormattedMessage id="paper_requests.price_text" />
      </p>
      <form onSubmit={submit} className={forms.form} noValidate>
        <ProblemNotice error={change.isPending ? null : change.error} />
        <div className={classes.pair}>
          <TextInput
            label={intl.formatMessage({ id: 'paper_requests.price_field' })}
            inputMode="decimal"
            autoComplete="off"
            maxLength={16}
            data-autofocus
            value={price}
            error={isTold && !isGood && intl.formatMessage({ id: 'field.invalid' })}
            onChange={(event) => setPrice(event.currentTarget.value)}
          />
          <TextInput
            label={intl.formatMessage({ id: 'paper_requests.currency' })}
            autoComplete="off"
            maxLength={3}
            value={currency}
            error={fieldSentence(intl, change.error, 'currency')}
            onChange={(event) => setCurrency(event.currentTarget.value)}
          />
        </div>
        <Textarea
          label={intl.formatMessage({ id: 'paper_requests.instructions' })}
          description={intl.formatMessage({ id: 'paper_requests.instructions_text' })}
          rows={3}
          maxLength={MOST_CHARACTERS}
          value={instructions}
          onChange={(event) => setInstructions(event.currentTarget.value)}
        />
        <div className={dialog.actions}>
          <Button variant="default" onClick={close}>
            <FormattedMessage id="common.cancel" />
          </Button>
          <Button type="submit" loading={change.isPending}>
            <FormattedMessage id="paper_requests.tell" />
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

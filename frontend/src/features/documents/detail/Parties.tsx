import { FormattedMessage, useIntl } from 'react-intl';
import type { Schema } from '../../../api/schemas';
import { Section } from '../../../components/Section';
import type { DocumentDetail } from '../queries';
import classes from './Parties.module.css';

export function Parties({ document }: { document: DocumentDetail }) {
  const { seller, buyer, notes } = document;
  if (!seller && !buyer && notes.length === 0) return null;
  return (
    <>
      {(seller || buyer) && (
        <Section title={<FormattedMessage id="parties.title" />}>
          <div className={classes.parties}>
            {seller && <PartyCard side="seller" party={seller} />}
            {buyer && <PartyCard side="buyer" party={buyer} />}
            <Others document={document} />
          </div>
        </Section>
      )}
      {notes.length > 0 && (
        <Section title={<FormattedMessage id="parties.notes" />}>
          {notes.map((note) => (
            <p key={note} className={classes.note}>
              {note}
            </p>
          ))}
        </Section>
      )}
    </>
  );
}

function PartyCard({ side, party }: { side: 'seller' | 'buyer'; party: Schema['Party'] }) {
  return (
    <div className={classes.party}>
      <h3>
        <FormattedMessage id={`parties.${side}`} />
      </h3>
      <p className={classes.name}>{party.name}</p>
      {party.trading_name && party.trading_name !== party.name && <p>{party.trading_name}</p>}
      {party.address && <PostalAddress address={party.address} />}
      {party.vat_number && (
        <p>
          <FormattedMessage id="parties.vat_number" values={{ number: party.vat_number }} />
        </p>
      )}
      {party.registration_number && party.registration_number !== party.vat_number && (
        <p>
          <FormattedMessage
            id="parties.registration"
            values={{ number: party.registration_number }}
          />
        </p>
      )}
      {party.legal_form && <p>{party.legal_form}</p>}
      {party.endpoint && (
        <p>
          <FormattedMessage id="parties.endpoint" values={{ number: party.endpoint }} />
        </p>
      )}
      {party.contact_name && <p>{party.contact_name}</p>}
      {party.contact_email && <p>{party.contact_email}</p>}
      {party.contact_phone && <p>{party.contact_phone}</p>}
    </div>
  );
}

/** Who else has a part in it: where it went, who is paid, who answers for the VAT. */
function Others({ document }: { document: DocumentDetail }) {
  const { delivery, payee, tax_representative } = document;
  return (
    <>
      {(delivery?.name || delivery?.address) && (
        <div className={classes.party}>
          <h3>
            <FormattedMessage id="parties.delivery" />
          </h3>
          {delivery.name && <p className={classes.name}>{delivery.name}</p>}
          {delivery.address && <PostalAddress address={delivery.address} />}
        </div>
      )}
      {payee && (
        <div className={classes.party}>
          <h3>
            <FormattedMessage id="parties.payee" />
          </h3>
          <p className={classes.name}>{payee}</p>
        </div>
      )}
      {tax_representative && (
        <div className={classes.party}>
          <h3>
            <FormattedMessage id="parties.tax_representative" />
          </h3>
          <p className={classes.name}>{tax_representative.name}</p>
          {tax_representative.vat_number && (
            <p>
              <FormattedMessage
                id="parties.vat_number"
                values={{ number: tax_representative.vat_number }}
              />
            </p>
          )}
        </div>
      )}
    </>
  );
}

function PostalAddress({ address }: { address: Schema['Address'] }) {
  const { locale } = useIntl();
  const country = address.country && countryName(address.country, locale);
  const lines = [
    address.street,
    address.additional,
    address.line,
    [address.postcode, address.city].filter(Boolean).join(' '),
    country,
  ];
  return lines.filter(Boolean).map((line) => <p key={line}>{line}</p>);
}

function countryName(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}
